import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RateLimit } from './rate-limit.ts'

describe('a rate limit', () => {
  it('lets a burst through, and then one a second at 60 a minute', () => {
    const limit = new RateLimit(60, 200)
    for (let count = 0; count < 200; count++) expect(limit.take('a', 1_000)).toBe(0)
    expect(limit.take('a', 1_000)).toBe(1_000)
    expect(limit.take('a', 1_999)).toBeGreaterThan(0)
    expect(limit.take('a', 2_000)).toBe(0)
    expect(limit.take('a', 2_000)).toBe(1_000)
  })

  it('counts each address on its own', () => {
    const limit = new RateLimit(60, 1)
    expect([limit.take('a', 0), limit.take('b', 0)]).toEqual([0, 0])
    expect(limit.take('a', 0)).toBeGreaterThan(0)
  })

  it('saves up no more than a burst, however long nobody comes', () => {
    const limit = new RateLimit(60, 3)
    limit.take('a', 0)
    const later = 10 * 3_600_000
    expect([1, 2, 3, 4].map(() => limit.take('a', later) === 0)).toEqual([true, true, true, false])
  })

  it('says exactly how long to wait: not a millisecond less would do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 20 }), (perMinute, burst) => {
        const limit = new RateLimit(perMinute, burst)
        let wait = 0
        while (wait === 0) wait = limit.take('a', 1_000)
        expect(limit.take('a', 1_000 + wait + 0.001)).toBe(0)
      }),
    )
  })

  it('remembers a bounded number of addresses, and forgets the one longest unseen', () => {
    const limit = new RateLimit(60, 1, 2)
    for (const address of ['a', 'b', 'a', 'c']) limit.take(address, 0)
    expect(limit.take('a', 0)).toBeGreaterThan(0)
    expect(limit.take('b', 0)).toBe(0)
  })
})
