import { describe, expect, it } from 'vitest'
import { arrivalOf, Core, type Visitor } from '../../../tests/support/core.ts'
import type { Device } from '../devices/device.ts'
import { sha256 } from '../ids.ts'
import type { AdmissionRefusal } from './admission.ts'

const host = { type: 'host' } as const
const hours = 3_600_000

const claim = (core: Core, kind: 'pico' | 'esp32cam' = 'pico') => core.mint.mint(kind, core.clock.now())

function admitted(core: Core, visitor: Visitor): Device {
  const answer = core.decide(visitor)
  if ('refused' in answer) throw new Error(`refused: ${answer.refused}`)
  return answer.device
}

function refused(core: Core, visitor: Visitor): AdmissionRefusal {
  const answer = core.decide(visitor)
  if ('device' in answer && !('refused' in answer)) throw new Error(`let in as ${answer.device.name}`)
  return (answer as { refused: AdmissionRefusal }).refused
}

describe('the door, to a claim', () => {
  it('makes a device of its first use, and knows it ever after', async () => {
    const core = await Core.start()
    const token = claim(core)
    const device = admitted(core, { token, wants: 'pico', deviceId: 'A0:B1', firmware: '1.0.0' })
    expect(device).toMatchObject({
      kind: 'pico',
      state: 'pending',
      source: 'claim',
      tokenHash: sha256(token),
      saysItIs: 'A0:B1',
      firmware: '1.0.0',
      lastAddress: '203.0.113.7',
      tags: [],
    })
    expect(device.id).toMatch(/^d_/)
    expect(admitted(core, { token, wants: 'pico', address: '198.51.100.1' })).toBe(device)
    expect(core.registry.size).toBe(1)
  })

  it('keeps nothing of the token but its hash', async () => {
    const core = await Core.start()
    const token = claim(core)
    admitted(core, { token })
    await core.flush()
    expect(core.store.everything()).not.toContain(token)
    expect(core.store.everything()).toContain(sha256(token))
  })

  it('opens for its own kind only', async () => {
    const core = await Core.start()
    expect(refused(core, { token: claim(core, 'pico'), wants: 'esp32cam' })).toBe('token_wrong_kind')
    expect(refused(core, { token: claim(core, 'esp32cam'), wants: 'pico' })).toBe('token_wrong_kind')
    expect(refused(core, { token: claim(core, 'pico'), wants: 'generic' })).toBe('token_wrong_kind')
    expect(core.registry.size).toBe(0)
    expect(admitted(core, { token: claim(core, 'esp32cam') })).toMatchObject({ kind: 'esp32cam' })
    const known = claim(core, 'pico')
    admitted(core, { token: known })
    expect(refused(core, { token: known, wants: 'esp32cam' })).toBe('token_wrong_kind')
  })

  it('gives a name of its own only to who is active: a pending one resolves to nothing', async () => {
    const core = await Core.start()
    const pending = admitted(core, { token: claim(core), deviceId: 'greenhouse' })
    expect(pending.name).toMatch(/^pico-[a-z2-9]{4}$/)
    expect(core.registry.find('greenhouse')).toBeUndefined()
    expect(core.registry.find(pending.name)).toBeUndefined()
    await core.enrolment.set({ mode: 'open' })
    expect(admitted(core, { token: claim(core), deviceId: 'greenhouse' }).name).toBe('greenhouse')
    expect(admitted(core, { token: claim(core), deviceId: 'greenhouse' }).name).toBe('greenhouse-2')
    expect(admitted(core, { token: claim(core), deviceId: 'd_123' }).name).toBe('123')
    expect(admitted(core, { token: claim(core) }).name).toMatch(/^pico-/)
  })

  it('approves automatically until 24 h after minting, and lets it wait for the click from then on', async () => {
    const core = await Core.start({ mode: 'open' })
    const [early, late] = [claim(core), claim(core)]
    core.clock.advance(24 * hours - 1)
    expect(admitted(core, { token: early }).state).toBe('active')
    core.clock.advance(1)
    expect(admitted(core, { token: late }).state).toBe('pending')
    expect(admitted(core, { token: early }).state).toBe('active')
  })

  it('lets a claim of any age in, to wait', async () => {
    const core = await Core.start()
    const old = claim(core)
    core.clock.advance(5 * 365 * 24 * hours)
    expect(admitted(core, { token: old }).state).toBe('pending')
  })

  it('refuses newcomers while enrolment is closed, and nobody else', async () => {
    const core = await Core.start()
    const known = claim(core)
    admitted(core, { token: known })
    await core.enrolment.set({ mode: 'closed' })
    expect(refused(core, { token: claim(core) })).toBe('enrolment_closed')
    expect(admitted(core, { token: known }).state).toBe('pending')
    const { token } = await core.done(core.deviceAdmin.create(host, { kind: 'pico' }))
    expect(admitted(core, { token }).state).toBe('active')
  })

  it('does not approve those who waited before a window opened', async () => {
    const core = await Core.start()
    const token = claim(core)
    admitted(core, { token })
    await core.enrolment.set({ mode: 'pairing', boards: 5 })
    expect(admitted(core, { token }).state).toBe('pending')
    expect(admitted(core, { token: claim(core) }).state).toBe('active')
  })

  it('refuses no token, and tokens nobody issued', async () => {
    const core = await Core.start()
    expect(refused(core, { token: undefined })).toBe('token_missing')
    expect(refused(core, { token: undefined, local: true })).toBe('token_missing')
    for (const token of ['not-a-token', '', claim(core).slice(0, -1), `dvz_d_${'a'.repeat(43)}`])
      expect(refused(core, { token }), token).toBe('token_unknown')
  })
})

describe('the door, to a token that lost its right', () => {
  it('says why, and does not let it start as new, not even after a restart', async () => {
    const core = await Core.start()
    const tokens = { device_blocked: claim(core), device_removed: claim(core), token_revoked: claim(core) }
    const devices = Object.values(tokens).map(token => admitted(core, { token }))
    for (const device of devices) await core.done(core.deviceAdmin.approve(host, device))
    await core.done(core.deviceAdmin.block(host, devices[0]!))
    await core.done(core.deviceAdmin.remove(host, devices[1]!))
    await core.done(core.deviceAdmin.revoke(host, devices[2]!))
    await core.enrolment.set({ mode: 'open' })
    const again = await Core.start({ store: core.store, clock: core.clock })
    for (const each of [core, again]) {
      for (const [why, token] of Object.entries(tokens)) expect(refused(each, { token })).toBe(why)
      expect(each.registry.size).toBe(3)
    }
  })

  it('leaves a tombstone of a removed board that is past undoing, for ever', async () => {
    const core = await Core.start({ mode: 'open' })
    const token = claim(core)
    await core.done(core.deviceAdmin.remove(host, admitted(core, { token })))
    core.clock.advance(31 * 24 * hours)
    await core.done(core.deviceAdmin.tidy())
    expect(core.registry.size).toBe(0)
    expect(refused(core, { token })).toBe('device_removed')
    const again = await Core.start({ store: core.store, clock: core.clock })
    expect(refused(again, { token })).toBe('device_removed')
  })

  it('lets a forgotten pending board return as new', async () => {
    const core = await Core.start()
    const token = claim(core)
    const first = admitted(core, { token })
    core.clock.advance(7 * 24 * hours)
    await core.done(core.deviceAdmin.tidy())
    expect(core.registry.size).toBe(1)
    core.clock.advance(1)
    await core.done(core.deviceAdmin.tidy())
    expect(core.registry.size).toBe(0)
    expect(admitted(core, { token })).not.toBe(first)
  })
})

describe('the door, to a rotated token', () => {
  async function rotated(oldValidForS?: number) {
    const core = await Core.start()
    const old = claim(core)
    const device = admitted(core, { token: old })
    await core.done(core.deviceAdmin.approve(host, device))
    const { token } = await core.done(core.deviceAdmin.rotate(host, device, { oldValidForS }))
    return { core, old, device, token }
  }

  it('takes the old one until the new one is first used, and never again after that', async () => {
    const { core, old, device, token } = await rotated()
    core.clock.advance(400 * 24 * hours)
    expect(admitted(core, { token: old })).toBe(device)
    expect(admitted(core, { token })).toBe(device)
    await core.enrolment.set({ mode: 'open' })
    expect(refused(core, { token: old })).toBe('device_removed')
    await core.flush()
    const again = await Core.start({ store: core.store, clock: core.clock })
    expect(refused(again, { token: old })).toBe('device_removed')
    expect(admitted(again, { token }).id).toBe(device.id)
  })

  it('takes the old one up to the deadline, if the owner set one', async () => {
    const { core, old, device, token } = await rotated(60)
    const start = core.clock.now()
    core.clock.advance(device.previousTokenUntil! - start - 1)
    expect(admitted(core, { token: old })).toBe(device)
    core.clock.advance(1)
    expect(refused(core, { token: old })).toBe('token_revoked')
    expect(admitted(core, { token })).toBe(device)
  })

  it('takes the one the board really has, however often the owner rotates before it is told', async () => {
    const { core, old, device, token: lost } = await rotated()
    const { token } = await core.done(core.deviceAdmin.rotate(host, device))
    expect(refused(core, { token: lost })).toBe('device_removed')
    expect(admitted(core, { token: old })).toBe(device)
    expect(admitted(core, { token })).toBe(device)
  })

  it('does not bring back an old one whose deadline is over by rotating once more', async () => {
    const { core, old, device } = await rotated(60)
    core.clock.advance(60_000)
    await core.done(core.deviceAdmin.rotate(host, device))
    expect(refused(core, { token: old })).toBe('device_removed')
  })

  it('ends the old one when the owner says so, and the connection that uses it', async () => {
    const core = await Core.start()
    const board = await core.active()
    const { token } = await core.done(core.deviceAdmin.rotate(host, board.device))
    await core.done(core.deviceAdmin.revoke(host, board.device, 'old'))
    expect(board.connection.closedWith?.code).toBe(4001)
    expect(refused(core, { token: board.token })).toBe('device_removed')
    expect(admitted(core, { token })).toBe(board.device)
  })

  it('is only looked at by a connection test', async () => {
    const { core, old, token } = await rotated()
    expect(core.admission.wouldAdmit(arrivalOf({ token }))).toEqual({ kind: 'pico' })
    expect(admitted(core, { token: old }).state).toBe('active')
  })
})

describe('the door, to a shared token', () => {
  const shared = [
    { token: 'fleet-of-picos', kind: 'pico' as const },
    { token: 'another-fleet', kind: 'pico' as const },
    { token: 'cameras', kind: 'esp32cam' as const },
  ]
  const start = (limits = {}) => Core.start({ shared, limits, mode: 'closed' })

  it('lets every board of the fleet in at once, in any mode, each by its id', async () => {
    const core = await start()
    const one = admitted(core, { token: 'fleet-of-picos', deviceId: 'A' })
    const two = admitted(core, { token: 'fleet-of-picos', deviceId: 'B' })
    expect(one).toMatchObject({ state: 'active', source: 'shared', name: 'A', member: 'A', kind: 'pico' })
    expect(two).toMatchObject({ state: 'active', name: 'B' })
    expect(one.tokenHash).toBeUndefined()
    expect(admitted(core, { token: 'fleet-of-picos', deviceId: 'A' })).toBe(one)
  })

  it('never lets an id cross credentials', async () => {
    const core = await start()
    const one = admitted(core, { token: 'fleet-of-picos', deviceId: 'A' })
    const other = admitted(core, { token: 'another-fleet', deviceId: 'A' })
    expect(other).not.toBe(one)
    expect(other.name).toBe('A-2')
    await core.enrolment.set({ mode: 'open' })
    expect(admitted(core, { token: claim(core), deviceId: 'A' })).toMatchObject({ name: 'A-3', source: 'claim' })
    expect(admitted(core, { token: 'fleet-of-picos', deviceId: 'A' })).toBe(one)
  })

  it('is for its own kind', async () => {
    const core = await start()
    expect(refused(core, { token: 'cameras', wants: 'pico' })).toBe('token_wrong_kind')
    expect(admitted(core, { token: 'cameras' }).kind).toBe('esp32cam')
  })

  it('knows its boards again after a restart', async () => {
    const core = await start()
    const one = admitted(core, { token: 'fleet-of-picos', deviceId: 'A' })
    await core.flush()
    const again = await Core.start({ shared, store: core.store, clock: core.clock })
    expect(admitted(again, { token: 'fleet-of-picos', deviceId: 'A' }).id).toBe(one.id)
    const without = await Core.start({ store: core.store, clock: core.clock })
    expect(refused(without, { token: 'fleet-of-picos', deviceId: 'A' })).toBe('token_unknown')
  })

  it('makes so many devices active, and lets further ones wait', async () => {
    const core = await start({ devicesPerSharedToken: 2 })
    const states = ['A', 'B', 'C'].map(deviceId => admitted(core, { token: 'fleet-of-picos', deviceId }).state)
    expect(states).toEqual(['active', 'active', 'pending'])
    expect(admitted(core, { token: 'another-fleet', deviceId: 'A' }).state).toBe('active')
    expect(admitted(core, { token: 'fleet-of-picos', deviceId: 'A' }).state).toBe('active')
  })

  it('refuses a board that was blocked, by its id, and leaves its sisters alone', async () => {
    const core = await start()
    const one = admitted(core, { token: 'fleet-of-picos', deviceId: 'A' })
    await core.done(core.deviceAdmin.block(host, one))
    expect(refused(core, { token: 'fleet-of-picos', deviceId: 'A' })).toBe('device_blocked')
    expect(admitted(core, { token: 'fleet-of-picos', deviceId: 'B' }).state).toBe('active')
  })

  it('takes a board without an id for the one that is offline', async () => {
    const core = await start()
    const board = core.connect({ token: 'fleet-of-picos' })
    core.disconnect(board)
    expect(admitted(core, { token: 'fleet-of-picos' })).toBe(board.device)
  })

  it('cannot be told by an id that it is one of those without an id', async () => {
    const core = await start()
    const nameless = core.connect({ token: 'fleet-of-picos' })
    core.connect({ token: 'fleet-of-picos' })
    for (let ms = 0; ms < 20_000; ms += 5_000) {
      core.clock.advance(5_000)
      nameless.say({ type: 'pong' })
    }
    expect(core.registry.size).toBe(2)
    const before = [...core.registry.all()].map(({ id }) => id)
    for (const deviceId of ['#2', '2', '-2']) {
      const device = admitted(core, { token: 'fleet-of-picos', deviceId })
      expect(before).not.toContain(device.id)
    }
  })
})

describe('the door, on loopback', () => {
  it('lets a local board in without a token, if the operator trusts this machine', async () => {
    const core = await Core.start({ trustLoopback: true })
    expect(admitted(core, { token: undefined, local: true, wants: 'pico' })).toMatchObject({
      kind: 'pico',
      state: 'active',
      source: 'loopback',
    })
    expect(admitted(core, { token: undefined, local: true }).kind).toBe('generic')
    expect(refused(core, { token: undefined, local: false })).toBe('token_missing')
  })

  it('checks a token that is presented all the same', async () => {
    const core = await Core.start({ trustLoopback: true })
    expect(refused(core, { token: 'wrong', local: true })).toBe('token_unknown')
  })
})

describe('a connection test', () => {
  const look = (core: Core, visitor: Visitor) => core.admission.wouldAdmit(arrivalOf(visitor))

  it('says what the door would, and leaves nothing behind', async () => {
    const core = await Core.start({ shared: [{ token: 'fleet', kind: 'esp32cam' }] })
    const removed = claim(core)
    await core.done(core.deviceAdmin.remove(host, admitted(core, { token: removed })))
    const size = core.registry.size
    expect(look(core, { token: claim(core), wants: 'pico' })).toEqual({ kind: 'pico' })
    expect(look(core, { token: 'fleet' })).toEqual({ kind: 'esp32cam' })
    expect(look(core, { token: 'fleet', wants: 'pico' })).toEqual({ refused: 'token_wrong_kind' })
    expect(look(core, { token: claim(core), wants: 'esp32cam' })).toEqual({ refused: 'token_wrong_kind' })
    expect(look(core, { token: removed })).toEqual({ refused: 'device_removed' })
    expect(look(core, { token: 'forged' })).toEqual({ refused: 'token_unknown' })
    expect(look(core, { token: undefined })).toEqual({ refused: 'token_missing' })
    await core.enrolment.set({ mode: 'closed' })
    expect(look(core, { token: claim(core) })).toEqual({ refused: 'enrolment_closed' })
    expect(core.registry.size).toBe(size)
  })

  it('uses up no place in a pairing window', async () => {
    const core = await Core.start()
    await core.enrolment.set({ mode: 'pairing' })
    look(core, { token: claim(core) })
    expect(admitted(core, { token: claim(core) }).state).toBe('active')
  })
})
