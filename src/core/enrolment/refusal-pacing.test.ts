import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits.ts'
import { type Holding, RefusalPacing } from './refusal-pacing.ts'

const minutes = 60_000
const held = (holding: Holding) => (holding.hold === 'yes' ? holding.ms : holding.hold)

describe('refusals', () => {
  it('come at once the first time, and after 5 to 8 s when the same is tried again', () => {
    const refusals = new RefusalPacing(defaultLimits)
    expect(refusals.next('a', 'token', 1_000)).toEqual({ hold: 'no' })
    expect(held(refusals.next('a', 'token', 1_001, 0))).toBe(5_000)
    expect(held(refusals.next('a', 'token', 1_002, 0.5))).toBe(6_500)
    expect(held(refusals.next('a', 'token', 1_003, 0.999_999))).toBe(8_000)
    for (let count = 0; count < 5; count++) {
      const ms = held(refusals.next('a', 'token', 1_004))
      expect(ms).toBeGreaterThanOrEqual(5_000)
      expect(ms).toBeLessThanOrEqual(8_000)
    }
  })

  it('are counted by address and token: another board at the same address hears the reason at once', () => {
    const refusals = new RefusalPacing(defaultLimits)
    refusals.next('a', 'one', 0)
    expect(refusals.next('a', 'other', 1)).toEqual({ hold: 'no' })
    expect(refusals.next('a', '', 2)).toEqual({ hold: 'no' })
    expect(refusals.next('b', 'one', 3)).toEqual({ hold: 'no' })
    expect(refusals.next('a', 'one', 4).hold).toBe('yes')
  })

  it('are repeated as long as they keep coming, and forgotten after 10 min of quiet', () => {
    const refusals = new RefusalPacing(defaultLimits)
    refusals.next('a', '', 0)
    expect(refusals.next('a', '', 10 * minutes).hold).toBe('yes')
    expect(refusals.next('a', '', 20 * minutes).hold).toBe('yes')
    expect(refusals.next('a', '', 30 * minutes + 1).hold).toBe('no')
  })

  it('are held for 8 of one address and 2,000 in all, and beyond that not even read', () => {
    const refusals = new RefusalPacing(defaultLimits)
    const hold = (address: string) => {
      refusals.next(address, '', 0)
      return Array.from({ length: 9 }, () => refusals.next(address, '', 0).hold)
    }
    for (let address = 0; address < 250; address++)
      expect(hold(`a${address}`)).toEqual([...new Array(8).fill('yes'), 'full'])
    expect(refusals.held).toBe(2_000)
    expect(hold('one more')).toEqual(new Array(9).fill('full'))
  })

  it('make room when one is over', () => {
    const refusals = new RefusalPacing({ ...defaultLimits, refusalsHeldPerAddress: 1 })
    refusals.next('a', '', 0)
    const first = refusals.next('a', '', 0)
    expect(refusals.next('a', '', 0)).toEqual({ hold: 'full' })
    if (first.hold === 'yes') first.release()
    expect(refusals.held).toBe(0)
    expect(refusals.next('a', '', 0).hold).toBe('yes')
  })

  it('never are held for want of memory: a flood from everywhere only shortens it', () => {
    const refusals = new RefusalPacing(defaultLimits)
    for (let address = 0; address < 10_001; address++) refusals.next(`a${address}`, '', 0)
    expect(refusals.next('a0', '', 1)).toEqual({ hold: 'no' })
    expect(refusals.next('a10000', '', 1).hold).toBe('yes')
  })
})
