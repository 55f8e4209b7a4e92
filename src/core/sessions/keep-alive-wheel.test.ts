import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../tests/support/fake-clock.ts'
import { noFaults } from '../../../tests/support/faults.ts'
import { defaultLimits } from '../limits.ts'
import { KeepAliveWheel, type KeptAlive } from './keep-alive-wheel.ts'

/** Adds `count` boards to a wheel at once, and records when each is pinged and checked, in ms since then. */
function turning(count: number) {
  const clock = new FakeClock()
  const wheel = new KeepAliveWheel(clock, defaultLimits, noFaults)
  const began = clock.ticks()
  const seen = Array.from({ length: count }, () => ({
    text: [] as number[],
    protocol: [] as number[],
    looks: [] as number[],
  }))
  const boards: KeptAlive[] = seen.map(({ text, protocol }) => ({
    spoke: 0,
    keepAlive: turn => void (turn === 'text' ? text : protocol).push(clock.ticks() - began),
  }))
  let rounds = 0
  wheel.start(
    board => void seen[boards.indexOf(board)]!.looks.push(clock.ticks() - began),
    () => {},
    () => void rounds++,
  )
  for (const board of boards) wheel.add(board)
  return { clock, wheel, seen, boards, rounds: () => rounds }
}

const gaps = (times: number[]) => times.slice(1).map((time, index) => Math.round(time - times[index]!))

describe('the wheel', () => {
  it('pings each board once a turn with a text message, and half a turn later by the protocol', () => {
    const { clock, seen } = turning(3)
    clock.advance(60_000)
    for (const { text, protocol } of seen) {
      expect(new Set(gaps(text))).toEqual(new Set([10_000]))
      expect(new Set(gaps(protocol))).toEqual(new Set([10_000]))
      expect(Math.round(Math.abs(text[0]! - protocol[0]!))).toBe(5_000)
    }
  })

  it('never pings many at once, though all of them came at once', () => {
    const { clock, seen } = turning(1_000)
    clock.advance(10_000)
    const each = Map.groupBy(
      seen.flatMap(({ text }) => text),
      time => time,
    )
    expect(Math.max(...[...each.values()].map(times => times.length))).toBe(10)
  })

  it('looks at each board once a second, and tells when all were looked at', () => {
    const { clock, seen, rounds } = turning(25)
    clock.advance(5_000)
    for (const { looks } of seen) {
      expect(looks).toHaveLength(5)
      expect(new Set(gaps(looks))).toEqual(new Set([1_000]))
    }
    expect(rounds()).toBe(5)
  })

  it('makes up for a late timer, and not for an hour asleep', () => {
    const { clock, seen, rounds } = turning(1)
    clock.advance(100)
    clock.stall(900)
    clock.advance(9_100)
    expect(gaps(seen[0]!.text)).toEqual([10_000])
    const before = rounds()
    clock.stall(3_600_000)
    clock.advance(500)
    expect(seen[0]!.text).toHaveLength(2)
    expect(rounds() - before).toBeLessThanOrEqual(2)
  })

  it('forgets who is gone, and holds no timer once it stands', () => {
    const { clock, wheel, seen, boards } = turning(2)
    wheel.remove(boards[0]!)
    clock.advance(10_000)
    expect([seen[0]!.text, seen[0]!.looks]).toEqual([[], []])
    expect(seen[1]!.text).toHaveLength(1)
    wheel.stop()
    expect(clock.timers).toBe(0)
  })
})
