import { describe, expect, it } from 'vitest'
import { BoardClock } from './board-clock.ts'

const start = Date.UTC(2026, 10, 23, 12)
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 19)

/** A board that sends its time every 10 s, `times` times. `clock`: the timestamp that it sends after so many ms. */
function heard(clock: (elapsedMs: number) => unknown, times = 10, more: (elapsedMs: number) => object = () => ({})) {
  const board = new BoardClock()
  const reboots = []
  for (let turn = 0; turn < times; turn++) {
    const elapsed = turn * 10_000
    reboots.push(board.read({ timestamp: clock(elapsed), ...more(elapsed) }, start + elapsed))
  }
  return { board, reboots: reboots.filter(Boolean), reading: board.reading }
}

describe("a board's own clock", () => {
  it.each([
    ['milliseconds since it booted', (ms: number) => 60_000 + ms, 'boot', 60_000 - start],
    ['1970 as text', (ms: number) => iso(12_000 + ms), 'boot', 12_000 - start],
    ['2000 in seconds', (ms: number) => 946_684_812 + Math.floor(ms / 1_000), 'boot', 946_684_812_000 - start],
    ['2021 as text', (ms: number) => iso(Date.UTC(2021, 0, 1) + ms), 'boot', Date.UTC(2021, 0, 1) - start],
    ['2021 in milliseconds', (ms: number) => Date.UTC(2021, 0, 1) + ms, 'boot', Date.UTC(2021, 0, 1) - start],
    ['the right time', (ms: number) => new Date(start + ms).toISOString(), 'set', 0],
    ['the right time in seconds', (ms: number) => Math.floor((start + ms) / 1_000), 'set', 0],
    ['digits as text', (ms: number) => String(start + ms), 'set', 0],
    ['Tehran time without a zone', (ms: number) => iso(start + 12_600_000 + ms), 'set', 12_600_000],
    ['the year 2100', (ms: number) => 4_102_444_800_000 + ms, 'set', 4_102_444_800_000 - start],
    // After 20.7 days, milliseconds since boot look like seconds since 1970: only their pace distinguishes them.
    ['milliseconds like seconds', (ms: number) => 1_795_000_000 + ms, 'boot', 1_795_000_000 - start],
  ] as const)('is understood when it shows %s', (_, clock, kind, offsetMs) => {
    const { reading, reboots } = heard(clock)
    expect(reading).toMatchObject({ kind, offsetMs })
    expect(reboots).toEqual([])
  })

  it.each(['yesterday', { year: 2021 }, null, undefined, -1, 1e300, Number.NaN, '2021-13-45 99:99:99', ''])(
    'is not believed to say anything with %j',
    said => {
      const { board, reading } = heard(() => said)
      expect(reading).toBeUndefined()
      expect(board.tellsReboots).toBe(false)
    },
  )

  it('is off by what the fastest message of two minutes shows, for messages are late and never early', () => {
    const late = [900, 4_000, 30, 2_000, 9_000, 600, 80, 1_200]
    const { reading, reboots } = heard(
      ms => new Date(start + ms - late[(ms / 10_000) % late.length]!).toISOString(),
      30,
    )
    expect(reading!.offsetMs).toBeGreaterThan(-100)
    expect(reboots).toEqual([])
  })

  it('runs fast or slow by so much, once it was watched for an hour', () => {
    const [fast, slow] = [40, -120].map(ppm => heard(ms => start + ms + Math.round((ms * ppm) / 1e6), 600).reading)
    expect(fast!.driftPpm).toBeCloseTo(40, -1)
    expect(slow!.driftPpm).toBeCloseTo(-120, -1)
    expect(heard(ms => start + ms).reading!.driftPpm).toBeUndefined()
  })

  it.each([
    ['milliseconds since boot', (ms: number) => (ms < 50_000 ? 600_000 + ms : ms - 48_000), 648_000],
    ['2021 as text', (ms: number) => iso(Date.UTC(2021, 0, 1) + (ms < 50_000 ? 600_000 + ms : ms - 48_000)), 648_000],
    [
      'the right time before',
      (ms: number) => (ms < 50_000 ? start + ms : Date.UTC(2021, 0, 1) + ms - 48_000),
      Number.NaN,
    ],
  ] as const)('tells by jumping back that the board has rebooted: %s', (_, clock, upMs) => {
    const { reboots } = heard(clock)
    expect(reboots).toEqual([{ bootedAt: start + 48_000, upMs }])
  })

  it('tells it by an uptime that starts again, once, whatever the clock says', () => {
    const { reboots } = heard(
      ms => (ms < 50_000 ? 90_000 + ms : ms - 48_000),
      10,
      ms => ({ uptime: ms < 50_000 ? 90 + ms / 1_000 : (ms - 48_000) / 1_000 }),
    )
    expect(reboots).toEqual([{ bootedAt: start + 48_000, upMs: 138_000 }])
  })

  it('tells of a board that reboots every few seconds, though it says the same each time', () => {
    const board = new BoardClock()
    const boots = [0, 4_000, 8_000].map(ms =>
      board.read({ uptime: 2, timestamp: '2021-01-01T00:00:02' }, start + ms, true),
    )
    expect(boots).toEqual([
      undefined,
      { bootedAt: start + 2_000, upMs: 4_000 },
      { bootedAt: start + 6_000, upMs: 4_000 },
    ])
  })

  it('tells of no reboot when first words come late, on a line that has just been opened', () => {
    const board = new BoardClock()
    board.read({ uptime: 100 }, start)
    expect(board.read({ uptime: 115 }, start + 20_000, true)).toBeUndefined()
  })

  it.each([
    ['is set', (ms: number) => (ms < 50_000 ? Date.UTC(2021, 0, 1) + ms : start + ms)],
    ['is set back by a zone', (ms: number) => (ms < 50_000 ? start + 12_600_000 + ms : start + ms)],
    ['starts over after 49.7 days', (ms: number) => (2 ** 32 - 45_000 + ms) % 2 ** 32],
  ] as const)('tells of no reboot when it %s', (_, clock) => {
    expect(heard(clock).reboots).toEqual([])
  })

  it('places what was taken before, whatever its offset, and neither the present nor the future', () => {
    const { board } = heard(ms => iso(Date.UTC(2021, 0, 1) + ms))
    const now = start + 90_000
    const placed = (agoMs: number) => board.placed(iso(Date.UTC(2021, 0, 1) + 90_000 - agoMs), now, 5_000, 86_400_000)
    expect(placed(60_000)).toBe(now - 60_000)
    expect([placed(0), placed(2_000), placed(-60_000)]).toEqual([undefined, undefined, undefined])
    expect(new BoardClock().placed(iso(start), now, 5_000, 86_400_000)).toBeUndefined()
  })
})
