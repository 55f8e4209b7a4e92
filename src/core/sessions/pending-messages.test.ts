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

  it('hold little memory however long they are, so that a thousand such boards do', () => {
    const kept = started()
    for (let count = 0; count < 250; count++) kept.keep('d_1', { count, raw: 'x'.repeat(2_000) })
    expect(JSON.stringify(kept.of('d_1').map(({ message }) => message)).length).toBeLessThanOrEqual(25_000)
    expect(numbers(kept).at(-1)).toBe(249)
    for (let count = 0; count < 100; count++) kept.keep('d_1', { count })
    expect(numbers(kept)).toHaveLength(100)
  })

  it('are at least the last one', () => {
    const kept = started()
    kept.keep('d_1', { count: 1, raw: 'x'.repeat(50_000) })
    kept.keep('d_1', { count: 2, raw: 'x'.repeat(50_000) })
    expect(numbers(kept)).toEqual([2])
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
