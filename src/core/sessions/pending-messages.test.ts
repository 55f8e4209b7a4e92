import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../tests/support/fake-clock.ts'
import { defaultLimits } from '../limits.ts'
import { PendingMessages } from './pending-messages.ts'

const started = () => new PendingMessages(new FakeClock(), defaultLimits)
const numbers = (kept: PendingMessages) => kept.of('d_1').map(({ message }) => message.count)

describe('the messages of a board that waits', () => {
  it('are its last 100, and its first 100 are told apart', () => {
    const kept = started()
    const first = Array.from({ length: 250 }, (_, count) => kept.keep('d_1', { count }))
    expect(numbers(kept)).toEqual(Array.from({ length: 100 }, (_, index) => 150 + index))
    expect(first.filter(Boolean)).toHaveLength(100)
    expect(first.lastIndexOf(true)).toBe(99)
  })

  it('are as large as they are counted, 64 KiB of one board at most, in any script', () => {
    const kept = started()
    for (let count = 0; count < 250; count++) kept.keep('d_1', { count, raw: (count % 2 ? 'x' : 'س').repeat(2_000) })
    expect(kept.bytes).toBeGreaterThan(56 * 1024)
    expect(kept.bytes).toBeLessThanOrEqual(64 * 1024)
    expect(numbers(kept).at(-1)).toBe(249)
    for (let count = 0; count < 100; count++) kept.keep('d_1', { count })
    expect(numbers(kept)).toHaveLength(100)
    kept.forget('d_1')
    expect(kept.bytes).toBe(0)
  })

  it('of all boards are 16 MiB at most: the one that takes the most room makes some', () => {
    const kept = new PendingMessages(new FakeClock(), { ...defaultLimits, pendingMessageBytesInAll: 100_000 })
    kept.keep('d_quiet', { count: 1 })
    for (let count = 0; count < 100; count++)
      for (const id of ['d_1', 'd_2', 'd_3']) kept.keep(id, { count, raw: 'x'.repeat(2_000) })
    expect(kept.bytes).toBeLessThanOrEqual(100_000)
    expect(kept.of('d_quiet')).toHaveLength(1)
    for (const id of ['d_1', 'd_2', 'd_3']) expect(kept.of(id).length).toBeGreaterThan(10)
  })

  it('are dropped an hour after their board left, and not if it came back', () => {
    const clock = new FakeClock()
    const kept = new PendingMessages(clock, defaultLimits)
    for (const id of ['d_1', 'd_2']) for (let count = 0; count < 100; count++) kept.keep(id, { count })
    kept.disconnected('d_1')
    kept.disconnected('d_2')
    clock.advance(3_599_000)
    kept.sweep()
    expect([kept.of('d_1').length, kept.of('d_2').length]).toEqual([100, 100])
    kept.reconnected('d_2')
    clock.advance(1_000)
    kept.sweep()
    expect([kept.of('d_1').length, kept.of('d_2').length]).toEqual([0, 100])
    // The first hundred messages still count: no further message belongs in the journal.
    expect(kept.keep('d_1', { count: 1 })).toBe(false)
  })

  it('are each board’s own, and forgotten when told', () => {
    const kept = started()
    kept.keep('d_1', { count: 1 })
    kept.keep('d_2', { count: 2 })
    kept.forget('d_1')
    expect([kept.of('d_1'), kept.of('d_2').length]).toEqual([[], 1])
    expect(kept.keep('d_1', { count: 3 })).toBe(true)
  })
})
