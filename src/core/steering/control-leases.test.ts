import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../tests/support/fake-clock.ts'
import type { Principal } from '../access/access.ts'
import { ControlLeases, leaseMs } from './control-leases.ts'

const mina = { id: 'p_mina', name: 'Mina' }
const omid = { id: 'p_omid', name: 'Omid' }
const person = (id: string): Principal => ({ type: 'person', id, label: id, role: 'operator' })

function setUp() {
  const clock = new FakeClock()
  const leases = new ControlLeases(clock)
  const changes: string[] = []
  leases.onChange(device => changes.push(device))
  return { clock, leases, told: changes, holder: () => leases.of('d_1')?.holder.id }
}

describe('a lease', () => {
  it('belongs to whoever takes it first, and to nobody else', () => {
    const { leases, holder } = setUp()
    leases.act('d_1', mina, 'take', false)
    expect(() => leases.act('d_1', omid, 'take', true)).toThrow(expect.objectContaining({ code: 'lease_held' }))
    expect(holder()).toBe('p_mina')
  })

  it('ends 5 s after its holder last said so or steered, to the millisecond', () => {
    const { clock, leases, holder, told: changes } = setUp()
    leases.act('d_1', mina, 'take', false)
    clock.advance(leaseMs - 1)
    leases.act('d_1', mina, 'renew', false)
    clock.advance(leaseMs - 1)
    leases.check(person('p_mina'), 'd_1', false)
    clock.advance(leaseMs - 1)
    expect(holder()).toBe('p_mina')
    clock.advance(1)
    expect(holder()).toBeUndefined()
    expect(changes).toEqual(['d_1', 'd_1'])
    expect(clock.timers).toBe(0)
  })

  it('is not taken back by a renewal that comes too late', () => {
    const { clock, leases, holder } = setUp()
    leases.act('d_1', mina, 'take', false)
    clock.advance(leaseMs)
    leases.act('d_1', mina, 'renew', false)
    expect(holder()).toBeUndefined()
  })

  it('is handed over by consent: asked for, denied, asked for, granted', () => {
    const { leases, holder } = setUp()
    leases.act('d_1', mina, 'take', false)
    leases.act('d_1', omid, 'ask', false)
    expect(leases.of('d_1')?.askedBy).toEqual(omid)
    leases.act('d_1', mina, 'deny', false)
    expect(leases.of('d_1')?.askedBy).toBeUndefined()
    leases.act('d_1', mina, 'grant', false)
    expect(holder()).toBe('p_mina')
    leases.act('d_1', omid, 'ask', false)
    leases.act('d_1', mina, 'grant', false)
    expect(holder()).toBe('p_omid')
  })

  it('is seized by owners only', () => {
    const { leases, holder } = setUp()
    leases.act('d_1', mina, 'take', false)
    expect(() => leases.act('d_1', omid, 'seize', false)).toThrow(expect.objectContaining({ code: 'forbidden' }))
    leases.act('d_1', omid, 'seize', true)
    expect(holder()).toBe('p_omid')
  })

  it('is nobody’s after its holder released it or left', () => {
    const { clock, leases, holder } = setUp()
    leases.act('d_1', mina, 'take', false)
    leases.act('d_1', omid, 'release', false)
    expect(holder()).toBe('p_mina')
    leases.act('d_1', mina, 'release', false)
    expect(holder()).toBeUndefined()
    leases.act('d_1', mina, 'take', false)
    leases.act('d_1', omid, 'ask', false)
    leases.forget('p_omid')
    expect(leases.of('d_1')?.askedBy).toBeUndefined()
    leases.forget('p_mina')
    expect(holder()).toBeUndefined()
    expect(clock.timers).toBe(0)
  })
})

describe('an order', () => {
  it('passes while nobody holds the lease, and from its holder', () => {
    const { leases } = setUp()
    leases.check(person('p_omid'), 'd_1', false)
    leases.act('d_1', mina, 'take', false)
    leases.check(person('p_mina'), 'd_1', false)
  })

  it('of anybody else is refused, but for a stop', () => {
    const { leases } = setUp()
    leases.act('d_1', mina, 'take', false)
    const others: Principal[] = [
      person('p_omid'),
      { type: 'host' },
      { type: 'key', id: 'p_mina', label: '', role: 'owner' },
    ]
    for (const other of others) {
      expect(() => leases.check(other, 'd_1', false)).toThrow(expect.objectContaining({ code: 'lease_held' }))
      leases.check(other, 'd_1', true)
    }
  })
})
