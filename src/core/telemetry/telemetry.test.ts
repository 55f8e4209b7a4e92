import { describe, expect, it } from 'vitest'
import { Core } from '../../../tests/support/core.ts'
import { ranges, Telemetry, type TelemetryRow, type TelemetryStore } from './telemetry.ts'
import { numbersOf, SpanBuilder } from './telemetry-series.ts'

class Shelf implements TelemetryStore {
  rows: TelemetryRow[] = []
  readonly forgotten: [stepMs: number, at: number][] = []
  async append(rows: readonly TelemetryRow[]): Promise<void> {
    for (const row of rows) {
      const same = ({ deviceId, stepMs, at }: TelemetryRow) =>
        deviceId === row.deviceId && stepMs === row.stepMs && at === row.at
      this.rows = [...this.rows.filter(known => !same(known)), row].sort((one, other) => one.at - other.at)
    }
  }
  async read(deviceId: string, stepMs: number, sinceMs: number) {
    return this.rows.filter(row => row.deviceId === deviceId && row.stepMs === stepMs && row.at >= sinceMs)
  }
  async forgetBefore(stepMs: number, at: number): Promise<void> {
    this.forgotten.push([stepMs, at])
  }
}

async function setUp() {
  const core = await Core.start()
  const shelf = new Shelf()
  const errors: unknown[] = []
  const telemetry = new Telemetry({ ...core, store: shelf, onError: error => errors.push(error) })
  const stop = telemetry.start(core.journal)
  return { core, shelf, telemetry, stop, errors }
}

describe('a span', () => {
  it('is the average, the least and the greatest of its values, and ends with its time', () => {
    const gatherer = new SpanBuilder(1_000)
    expect([gatherer.add('a', 1, 5_000), gatherer.add('a', 4, 5_999), gatherer.add('b', 7, 5_999)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(gatherer.add('a', 9, 6_000)).toEqual({ at: 5_000, span: { a: [2.5, 1, 4], b: [7, 7, 7] } })
    expect(gatherer.open()).toEqual({ at: 6_000, span: { a: [9, 9, 9] } })
  })
})

describe('a reading', () => {
  it.each([
    [
      { sensor_type: 'climate', data: { temperature: 21.5, humidity: 40, sequence: 7, unit: 'C' } },
      [
        ['climate.temperature', 21.5],
        ['climate.humidity', 40],
      ],
    ],
    [{ sensor_type: 'light', data: 300 }, [['light', 300]]],
    [{ data: { a: 1 } }, [['sensor.a', 1]]],
    [{ sensor_type: 'x', data: { a: Number.NaN, b: '1', c: null, d: {} } }, []],
    [{ sensor_type: 'x', data: null }, []],
    [{ sensor_type: 'x' }, []],
  ])('%j gives its numbers by name', (message, numbers) => {
    expect(numbersOf(message as Record<string, unknown>)).toEqual(numbers)
  })

  it('of a talkative board gives so many and no more', () => {
    const data = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`field-${index}`, index]))
    expect(numbersOf({ sensor_type: 'x', data })).toHaveLength(16)
  })
})

describe('telemetry', () => {
  it('gathers what boards say of themselves and what their sensors read', async () => {
    const { core, telemetry } = await setUp()
    const board = await core.active()
    board.say({ type: 'ping', memory_free: 1_000, rssi: -60 })
    board.say({ type: 'sensor_data', sensor_type: 'climate', data: { temperature: 20 } })
    board.say({ type: 'sensor_data', sensor_type: 'climate', data: { temperature: 22 } })
    core.clock.advance(1_000)
    const { series, stepMs } = await telemetry.query(board.device.id, '15m')
    expect(stepMs).toBe(15_000)
    expect(series['climate.temperature']![0]!.slice(1)).toEqual([21, 20, 22])
    expect(series.memoryFree![0]!.slice(1)).toEqual([1_000, 1_000, 1_000])
    expect(series.signal![0]!.slice(1)).toEqual([-60, -60, -60])
  })

  it('keeps no more points than a chart can show, however long it runs', async () => {
    const { core, telemetry } = await setUp()
    const board = await core.active()
    board.say({ type: 'ping', memory_free: 1_000 })
    for (let minute = 0; minute < 60; minute++) {
      board.say({ type: 'ping' })
      core.clock.advance(30_000)
      board.say({ type: 'ping' })
      core.clock.advance(30_000)
    }
    for (const range of ['15m', '24h', '30d'] as const) {
      const { series } = await telemetry.query(board.device.id, range)
      const points = series.memoryFree!
      expect(points.length).toBeLessThanOrEqual(300)
      expect(points.length).toBe({ '15m': 60, '24h': 13, '30d': 1 }[range])
      expect(points.map(([t]) => t)).toEqual([...points.map(([t]) => t)].sort((one, other) => one - other))
    }
  })

  it('puts what a board took while it was away where it belongs, on disk and in memory, and counts it once', async () => {
    const { core, telemetry, shelf } = await setUp()
    const board = await core.active()
    const step = ranges['24h'].stepMs
    // The clock moves to the beginning of a span, which the expected values assume.
    core.clock.advance(step - (core.clock.now() % step))
    const started = core.clock.now()
    board.say({ type: 'sensor_data', sensor_type: 'climate', data: { temperature: 20 } })
    core.clock.advance(2 * step + 1_000)
    const late = (age_ms: number, temperature: number) =>
      board.say({ type: 'sensor_data', sensor_type: 'climate', data: { temperature }, age_ms })
    late(2 * step, 30)
    late(step, 40)
    late(step - 20_000, 42)
    late(0, 50)
    await core.flush()
    for (const [range, points] of [
      [
        '24h',
        [
          [started, 25, 20, 30],
          [started + step, 41, 40, 42],
          [started + 2 * step, 50, 50, 50],
        ],
      ],
      [
        '15m',
        [
          [started, 25, 20, 30],
          [started + step, 40, 40, 40],
          [started + step + 15_000, 42, 42, 42],
          [started + 2 * step, 50, 50, 50],
        ],
      ],
    ] as const)
      expect((await telemetry.query(board.device.id, range)).series['climate.temperature']).toEqual(points)
    expect(
      shelf.rows.filter(row => row.stepMs === step && row.at === started).at(-1)!.span['climate.temperature'],
    ).toEqual([25, 20, 30])
  })

  it('of a pending board is not gathered', async () => {
    const { core, telemetry } = await setUp()
    const board = core.connect()
    board.say({ type: 'sensor_data', sensor_type: 'x', data: { a: 1 } })
    board.say({ type: 'ping', memory_free: 1 })
    core.clock.advance(20_000)
    expect((await telemetry.query(board.device.id, '15m')).series).toEqual({})
  })

  it('loses nothing when the gateway stops, and leaves nothing running', async () => {
    const { core, telemetry, shelf, stop } = await setUp()
    const board = await core.active()
    board.say({ type: 'sensor_data', sensor_type: 'x', data: { a: 1 } })
    await core.flush()
    const timers = core.clock.timers
    stop()
    await telemetry.close()
    expect(core.clock.timers).toBe(timers - 1)
    expect(shelf.rows.map(({ stepMs, span }) => [stepMs, span])).toEqual([
      [ranges['24h'].stepMs, { 'x.a': [1, 1, 1] }],
      [ranges['30d'].stepMs, { 'x.a': [1, 1, 1] }],
    ])
  })

  it('forgets what is older than its range', async () => {
    const { core, shelf } = await setUp()
    for (let hour = 0; hour < 2; hour++) core.clock.advance(3_600_000)
    expect(shelf.forgotten.map(([stepMs, at]) => [stepMs, core.clock.now() - at >= ranges['24h'].rangeMs])).toEqual(
      expect.arrayContaining([
        [ranges['24h'].stepMs, true],
        [ranges['30d'].stepMs, true],
      ]),
    )
  })
})
