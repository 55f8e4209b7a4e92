import { describe, expect, it } from 'vitest'
import { Core, type FakeBoard } from '../../../tests/support/core.ts'

const host = { type: 'host' } as const

describe('the waiting room', () => {
  const limits = { pendingPerAddress: 3, pendingInAll: 6 }
  const arrive = (core: Core, address: string): FakeBoard => {
    core.clock.advance(1)
    return core.connect({ address })
  }
  const waiting = (core: Core) => [...core.registry.pending()]

  it('makes room at a full address by the offline ones first, the oldest of them', async () => {
    const core = await Core.start({ limits })
    const [oldest, second, third] = [arrive(core, 'a'), arrive(core, 'a'), arrive(core, 'a')]
    core.disconnect(second!)
    core.disconnect(third!)
    arrive(core, 'a')
    expect(core.evicted).toEqual([second!.device])
    expect(waiting(core)).toHaveLength(3)
    expect(oldest!.connection.closedWith).toBeUndefined()
  })

  it('makes room at a full address by its oldest when all are online, and closes its socket', async () => {
    const core = await Core.start({ limits })
    const boards = [arrive(core, 'a'), arrive(core, 'a'), arrive(core, 'a')]
    arrive(core, 'a')
    expect(core.evicted).toEqual([boards[0]!.device])
    expect(boards[0]!.connection.closedWith).toBeDefined()
    expect(boards[0]!.session.closed).toBe(true)
    await core.flush()
    expect((await core.store.loadDevices()).map(({ id }) => id).sort()).toEqual(
      waiting(core)
        .map(({ id }) => id)
        .sort(),
    )
  })

  it('counts an IPv6 /64 as one address', async () => {
    const core = await Core.start({ limits })
    for (let count = 1; count <= 4; count++) arrive(core, `2001:db8::${count}`)
    arrive(core, '2001:db8:0:1::1')
    expect(core.evicted).toHaveLength(1)
  })

  it('makes room when full in all by whoever is offline, wherever', async () => {
    const core = await Core.start({ limits })
    const boards = ['a', 'a', 'b', 'b', 'c', 'c'].map(address => arrive(core, address))
    core.disconnect(boards[3]!)
    arrive(core, 'd')
    expect(core.evicted).toEqual([boards[3]!.device])
  })

  it('makes room when full in all by the oldest of the most crowded address', async () => {
    const core = await Core.start({ limits })
    const boards = ['b', 'a', 'a', 'c', 'a', 'c'].map(address => arrive(core, address))
    arrive(core, 'd')
    expect(core.evicted).toEqual([boards[1]!.device])
    expect(waiting(core)).toHaveLength(6)
  })

  it('never turns out those the owner let in or made', async () => {
    const core = await Core.start({ limits: { pendingPerAddress: 1, pendingInAll: 1 } })
    const approved = await core.active({ address: 'a' })
    const { token } = await core.done(core.deviceAdmin.create(host, { kind: 'pico' }))
    const made = core.connect({ token, address: 'a' })
    const first = arrive(core, 'a')
    arrive(core, 'a')
    expect(core.evicted).toEqual([first.device])
    expect([approved, made].map(board => board.connection.closedWith)).toEqual([undefined, undefined])
  })

  it('lets who had to make room come back with the same claim', async () => {
    const core = await Core.start({ limits: { pendingPerAddress: 1 } })
    const first = arrive(core, 'a')
    arrive(core, 'a')
    expect(core.connect({ token: first.token, address: 'b' }).device).toMatchObject({ state: 'pending' })
  })

  it('does not end the gateway when the disk is full', async () => {
    const core = await Core.start({ limits: { pendingPerAddress: 1 } })
    arrive(core, 'a')
    await core.flush()
    core.store.failure = new Error('disk full')
    arrive(core, 'a')
    await core.clock.pass(5_000, 100)
    expect(core.store.writes).toContain('deleteDevices')
    expect(waiting(core)).toHaveLength(1)
  })
})
