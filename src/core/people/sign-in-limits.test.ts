import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits.ts'
import { SignInLimits } from './sign-in-limits.ts'

const minute = 60_000
const stranger = (n: number) => ({ address: `198.51.100.${n}`, device: undefined })
const phone = { address: '203.0.113.7', device: 'phone' }

/** How many of `count` tries, one every `everyMs`, are allowed. */
function passed(limits: SignInLimits, who: object, count: number, { everyMs = 0, from = 0 } = {}): number {
  let done = 0
  for (let n = 0; n < count; n++) {
    const one = { ...stranger(1), account: 'owner', ...who }
    if (!limits.enter(one, from + n * everyMs)) done++
  }
  return done
}

describe('attempts to sign in', () => {
  it('are 5 a minute for an address and account, and wait as long as it takes for the next', () => {
    const limits = new SignInLimits(defaultLimits)
    expect(passed(limits, {}, 10)).toBe(5)
    expect(limits.enter({ ...stranger(1), account: 'owner' }, 0)).toEqual({ code: 'rate_limited', waitMs: 12_000 })
    expect(limits.enter({ ...stranger(1), account: 'other' }, 0)).toBeUndefined()
    expect(limits.enter({ ...stranger(2), account: 'owner' }, 0)).toBeUndefined()
    expect(passed(limits, {}, 10, { from: minute })).toBe(5)
  })

  it('are 30 an hour for an account from all unknown devices together, and then wait', () => {
    const limits = new SignInLimits(defaultLimits)
    let done = 0
    for (let n = 0; n < 100; n++) done += passed(limits, stranger(n), 1)
    expect(done).toBe(30)
    const wait = limits.enter({ ...stranger(101), account: 'owner' }, 0)
    expect(wait).toEqual({ code: 'sign_in_paused', waitMs: 2 * minute })
    expect(limits.enter({ ...stranger(101), account: 'other' }, 0)).toBeUndefined()
    expect(limits.enter({ ...stranger(101), account: undefined }, 0)).toBeUndefined()
  })

  it('of a known device go on while strangers guess every 1.5 s for a day, and have a bound of their own', () => {
    const limits = new SignInLimits(defaultLimits)
    let guesses = 0
    let refused = 0
    for (let ticks = 0; ticks < 24 * 60 * minute; ticks += 1_500) {
      guesses += passed(limits, stranger(ticks % 250), 1, { from: ticks })
      if (ticks % (10 * minute) === 0 && limits.enter({ ...phone, account: 'owner' }, ticks)) refused++
    }
    expect(refused).toBe(0)
    expect(guesses).toBeLessThanOrEqual(30 + 24 * 30)
    expect(passed(limits, phone, 100, { from: 48 * 60 * minute })).toBe(5)
  })

  it('of a known device are not counted by its address: a stranger may be behind the same', () => {
    const limits = new SignInLimits(defaultLimits)
    const address = phone.address
    for (let n = 0; n < 100; n++) limits.enter({ address, device: undefined, account: `made up ${n}` }, 0)
    expect(limits.enter({ address, device: undefined, account: 'owner' }, 0)?.code).toBe('rate_limited')
    expect(limits.enter({ ...phone, account: 'owner' }, 0)).toBeUndefined()
  })

  it('are not forgotten because thousands of other accounts are named', () => {
    const limits = new SignInLimits({ ...defaultLimits, entryBurst: 1_000_000, guessBurst: 1_000_000 })
    expect(passed(limits, {}, 100)).toBe(30)
    for (let n = 0; n < 20_000; n++) limits.enter({ ...stranger(2), account: `made up ${n}` }, 0)
    expect(limits.enter({ ...stranger(3), account: 'owner' }, 0)?.code).toBe('sign_in_paused')
  })
})
