import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'
import { entry } from '../support/journal.ts'

const iso = (ms: number) => new Date(ms).toISOString().slice(0, 19)

const clocks = [
  ['milliseconds since boot', (now: number, start: number) => 60_000 + now - start],
  ['a clock of 1970', (now: number, start: number) => iso(12_000 + now - start)],
  ['a clock of 2000, in seconds', (now: number, start: number) => 946_684_800 + Math.round((now - start) / 1_000)],
  ['a clock of 2021', (now: number, start: number) => iso(Date.UTC(2021, 0, 1) + 86_400_000 + now - start)],
  ['the right time', (now: number) => new Date(now).toISOString()],
  ['the time of another zone', (now: number) => iso(now + 12_600_000)],
] as const

describe('a reading from a buffer', () => {
  it.each(clocks)('is placed when it was taken, by %s', async (_, clock) => {
    await using gateway = await startGateway({ enrolment: 'open' })
    await using board = await Board.connect(gateway)
    const start = Date.now() - 3_600_000
    board.send({ type: 'connect', device: 'pico', timestamp: clock(Date.now(), start) })
    const takenAt = Date.now() - 600_000
    const from = Date.now()
    board.send({
      type: 'sensor_data',
      sensor_type: 't',
      data: { value: 7, sequence: 1 },
      timestamp: clock(takenAt, start),
    })
    await board.next('ack')
    const row = await entry(gateway, ({ data }) => data?.sensor_type === 't')
    expect(Math.abs(Date.parse(row.data.takenAt) - takenAt)).toBeLessThan(2_500)
    // The entry has the time of its arrival, which is now.
    expect(Date.parse(row.at)).toBeGreaterThanOrEqual(from - 5)
    const { series } = (await gateway.api('GET', `/api/devices/${await board.id()}/telemetry?range=15m`)).body
    const [at] = series['t.value'][0]
    expect(Math.abs(at - takenAt)).toBeLessThan(20_000)
  })

  it('is placed by its age alone, whatever its clock says, and its own takenAt is not believed', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    await using board = await Board.connect(gateway)
    const before = Date.now()
    board.send({ type: 'sensor_data', sensor_type: 'old', data: 1, age_ms: 120_000, timestamp: 'yesterday' })
    board.send({ type: 'sensor_data', sensor_type: 'liar', data: 1, takenAt: '1999-01-01T00:00:00Z' })
    board.send({ type: 'sensor_data', sensor_type: 'odd', data: 1, age_ms: 1e300 })
    for (let ack = 0; ack < 3; ack++) await board.next('ack')
    const taken = async (type: string) => (await entry(gateway, ({ data }) => data?.sensor_type === type)).data.takenAt
    expect(Math.abs(Date.parse(await taken('old')) - (before - 120_000))).toBeLessThan(5_000)
    expect([await taken('liar'), await taken('odd')]).toEqual([undefined, undefined])
  })

  it('that comes at once bears no other time than that', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    await using board = await Board.connect(gateway)
    board.send({ type: 'connect', device: 'pico', timestamp: '2021-01-01T00:00:12' })
    board.send({ type: 'sensor_data', sensor_type: 'now', data: 1, timestamp: '2021-01-01T00:00:12' })
    await board.next('ack')
    expect((await entry(gateway, ({ data }) => data?.sensor_type === 'now')).data.takenAt).toBeUndefined()
  })
})

describe('a board that asks for the time', () => {
  it('hears UTC and the zone of the house, or the zone it asks for', async () => {
    await using gateway = await startGateway({ enrolment: 'open', timeZone: 'Asia/Tehran' })
    await using board = await Board.connect(gateway)
    board.send({ type: 'time' })
    const heard = await board.next('time')
    expect(heard).toMatchObject({ zone: 'Asia/Tehran', offset_minutes: 210 })
    expect(Math.abs(heard.epoch_ms - Date.now())).toBeLessThan(5_000)
    board.send({ type: 'time', zone: 'Asia/Tokyo' })
    expect(await board.next('time')).toMatchObject({ zone: 'Asia/Tokyo', offset_minutes: 540 })
  })

  it('is shown with its clock beside the gateway’s: how far off it is', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    await using board = await Board.connect(gateway)
    board.send({ type: 'connect', device: 'pico', timestamp: iso(Date.now() - 7_200_000), uptime: 5 })
    board.send({ type: 'servo', command: {} })
    await board.next('ack')
    const { clock } = (await gateway.api('GET', `/api/devices/${await board.id()}/health`)).body
    expect(clock).toMatchObject({ kind: 'set', driftPpm: null })
    expect(Math.abs(clock.offsetMs + 7_200_000)).toBeLessThan(3_000)
  })
})
