import { describe, expect, it } from 'vitest'
import { Slots } from './slots.ts'

describe('slots', () => {
  it('are so many for one address, and no more', () => {
    const slots = new Slots(2, 10)
    expect([slots.take('a'), slots.take('a'), slots.take('a'), slots.take('b')].map(Boolean)).toEqual([
      true,
      true,
      false,
      true,
    ])
    expect(slots.taken).toBe(3)
  })

  it('are so many in all, whatever the addresses', () => {
    const slots = new Slots(2, 3)
    expect(['a', 'b', 'c', 'd'].map(address => slots.take(address) !== undefined)).toEqual([true, true, true, false])
  })

  it('come back once, however often they are returned', () => {
    const slots = new Slots(1, 10)
    const first = slots.take('a')!
    first()
    first()
    const second = slots.take('a')
    expect(second).toBeDefined()
    first()
    expect(slots.take('a')).toBeUndefined()
    expect(slots.taken).toBe(1)
  })
})
