import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../tests/support/fake-clock.ts'
import { defaultLimits } from '../core/limits.ts'
import { type Caller, type Identify, identifier } from './identify.ts'

const secret = 'dvz_k_secret'
const caller: Caller = { address: '203.0.113.7', listenerKind: 'plain', encrypted: false }
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

function start(): { identify: Identify; clock: FakeClock } {
  const clock = new FakeClock()
  const keys = {
    identify: (presented: string) =>
      presented === secret ? ({ type: 'key', id: 'k_1', label: 'one', role: 'viewer' } as const) : 'key_unknown',
  }
  const config = {
    limits: { ...defaultLimits, wrongKeyBurst: 2, wrongKeysPerMinute: 6 },
    publicUrl: undefined,
    tls: undefined,
    dashboardDir: '/nowhere',
  }
  return {
    identify: identifier({ keys: keys as never, clock, config, accounts: { presents: () => false } as never }),
    clock,
  }
}

const who = (authorization: string | undefined, more: Partial<Caller> = {}, headers = {}) => {
  const answer = start().identify({ authorization, ...headers }, { ...caller, ...more })
  return typeof answer === 'string' ? answer : answer.type
}

describe('who asks', () => {
  it.each([
    [`Bearer ${secret}`, 'key'],
    [`bearer   ${secret}  `, 'key'],
    [basic(`player:${secret}`), 'key'],
    [basic(`:${secret}`), 'key'],
    [basic(secret), 'key'],
    ['Bearer nobody', 'key_unknown'],
    [basic('player:nobody'), 'key_unknown'],
    [undefined, 'key_missing'],
    ['', 'key_missing'],
    ['Bearer', 'key_missing'],
    [secret, 'key_missing'],
    [`Bearer ${secret} ${secret}`, 'key_missing'],
    [`Digest ${secret}`, 'key_missing'],
    [basic('player:'), 'key_missing'],
  ])('by %s is: %s', (authorization, expected) => {
    expect(who(authorization)).toBe(expected)
  })

  it('is nobody by Basic where that does not serve', () => {
    expect(who(basic(`player:${secret}`), { basic: false })).toBe('key_missing')
  })

  it('is another site when a browser repeats Basic for it, and not when a program sends a Bearer', () => {
    const foreign = { origin: 'https://evil.example', host: 'gate.example' }
    expect(who(basic(`player:${secret}`), {}, foreign)).toBe('foreign_origin')
    expect(who(basic(`player:${secret}`), {}, { ...foreign, origin: 'http://gate.example' })).toBe('key')
    expect(who(`Bearer ${secret}`, {}, foreign)).toBe('key')
  })

  it('on the gateway’s own host needs no key', () => {
    expect(who(undefined, { listenerKind: 'host' })).toBe('host')
  })

  it('is found out from any header without a failure', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map(text => `Basic ${text}`),
          fc.base64String().map(text => `Basic ${text}`),
        ),
        authorization => {
          expect(['key_missing', 'key_unknown']).toContain(who(authorization))
        },
      ),
    )
  })
})

describe('guessing', () => {
  it('is slowed down by address, then goes on at its pace; a key that is known never waits', () => {
    const { identify, clock } = start()
    const guess = (address = caller.address) => identify({ authorization: 'Bearer guess' }, { ...caller, address })
    expect([guess(), guess(), guess()]).toEqual(['key_unknown', 'key_unknown', 'rate_limited'])
    expect(identify({ authorization: `Bearer ${secret}` }, caller)).toMatchObject({ type: 'key' })
    expect(guess('203.0.113.8')).toBe('key_unknown')
    clock.advance(10_000)
    expect([guess(), guess()]).toEqual(['key_unknown', 'rate_limited'])
  })

  it('is not what somebody does who sent no key', () => {
    const { identify } = start()
    for (let count = 0; count < 10; count++) expect(identify({}, caller)).toBe('key_missing')
    expect(identify({ authorization: 'Bearer guess' }, caller)).toBe('key_unknown')
  })
})
