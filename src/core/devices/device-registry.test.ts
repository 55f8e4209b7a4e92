import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeviceState } from '#protocol/vocabulary.ts'
import { Core } from '../../../tests/support/core.ts'
import type { Device } from './device.ts'

const device = (id: string, more: Partial<Device> = {}): Device => ({
  id,
  name: `name-${id}`,
  kind: 'pico',
  state: 'active',
  source: 'claim',
  tags: [],
  createdAt: 0,
  ...more,
})

describe('the registry', () => {
  it('finds a device by its id, its unique name, its token, and as a member', async () => {
    const { registry } = await Core.start()
    const one = device('d_1', { tokenHash: 'hash', previousTokenHash: 'before' })
    const two = device('d_2', { credential: 'fleet', member: 'A' })
    registry.add(one)
    registry.add(two)
    expect([registry.get('d_1'), registry.find('d_1'), registry.find('name-d_1')]).toEqual([one, one, one])
    expect([registry.byTokenHash('hash'), registry.byTokenHash('before')]).toEqual([one, one])
    expect([registry.member('fleet', 'A'), registry.memberCount('fleet')]).toEqual([two, 1])
    for (const nobody of ['', 'd_9', 'name-d_9', 'hash']) expect(registry.find(nobody)).toBeUndefined()
    expect(registry.byTokenHash('')).toBeUndefined()
    expect(registry.member('fleet', '')).toBeUndefined()
  })

  it('resolves the name of no pending and no removed device, and frees it', async () => {
    const { registry } = await Core.start()
    const one = device('d_1', { state: 'pending' })
    registry.add(one)
    expect([registry.find('name-d_1'), registry.nameTaken('name-d_1')]).toEqual([undefined, false])
    registry.change(one, { state: 'active' })
    expect([registry.find('name-d_1'), registry.nameTaken('name-d_1')]).toEqual([one, true])
    registry.change(one, { state: 'blocked' })
    expect(registry.find('name-d_1')).toBe(one)
    registry.change(one, { state: 'removed' })
    expect([registry.find('name-d_1'), registry.nameTaken('name-d_1')]).toEqual([undefined, false])
    expect(registry.find('d_1')).toBe(one)
  })

  it('keeps every index true, whatever is changed in whatever order', () => {
    const change = fc.record(
      {
        name: fc.constantFrom('a', 'b', 'c'),
        state: fc.constantFrom<DeviceState>('pending', 'active', 'blocked', 'removed'),
        tokenHash: fc.constantFrom('h1', 'h2', undefined),
        previousTokenHash: fc.constantFrom('h3', 'h4', undefined),
      },
      { requiredKeys: [] },
    )
    return fc.assert(
      fc.asyncProperty(fc.array(change), async changes => {
        const { registry } = await Core.start()
        const one = device('d_1', { name: 'a' })
        registry.add(one)
        for (const next of changes) registry.change(one, next)
        const named = one.state === 'active' || one.state === 'blocked'
        for (const name of ['a', 'b', 'c'])
          expect(registry.find(name)).toBe(named && one.name === name ? one : undefined)
        for (const hash of ['h1', 'h2', 'h3', 'h4'])
          expect(registry.byTokenHash(hash)).toBe(
            one.tokenHash === hash || one.previousTokenHash === hash ? one : undefined,
          )
        expect(registry.pending().has(one)).toBe(one.state === 'pending')
      }),
    )
  })

  it('takes a field away when it is set to undefined, in the store too', async () => {
    const { registry, store, ...core } = await Core.start()
    const one = device('d_1', { contestedAt: 5 })
    registry.add(one)
    registry.change(one, { contestedAt: undefined })
    expect('contestedAt' in one).toBe(false)
    await core.clock.pass(25)
    expect(await store.loadDevices()).toEqual([device('d_1')])
  })

  it('has promised nothing until it is on disk', async () => {
    const core = await Core.start()
    core.registry.add(device('d_1'))
    let committed = false
    void core.registry.committed().then(() => (committed = true))
    await core.clock.pass(24)
    expect([committed, await core.store.loadDevices()]).toEqual([false, []])
    await core.clock.pass(1)
    expect([committed, (await core.store.loadDevices()).length]).toEqual([true, 1])
  })

  it('does not write a forgotten device again behind its back', async () => {
    const core = await Core.start()
    const one = device('d_1', { tokenHash: 'hash' })
    core.registry.add(one)
    await core.flush()
    core.registry.saveLive(one)
    await core.done(core.registry.forget([one], false))
    core.registry.saveLive(one)
    await core.flush()
    expect(await core.store.loadDevices()).toEqual([])
    expect([core.registry.size, core.registry.byTokenHash('hash')]).toEqual([0, undefined])
  })

  it('keeps the hashes of what it forgets as tombstones, if asked, over a restart', async () => {
    const core = await Core.start()
    const one = device('d_1', { tokenHash: 'hash', previousTokenHash: 'before' })
    const two = device('d_2', { tokenHash: 'other' })
    core.registry.add(one)
    core.registry.add(two)
    await core.done(core.registry.forget([one], true))
    await core.done(core.registry.forget([two], false))
    await core.done(core.registry.bury('rotated away'))
    const again = await Core.start({ store: core.store, clock: core.clock })
    for (const { registry } of [core, again]) {
      expect(['hash', 'before', 'rotated away'].map(hash => registry.isTombstone(hash))).toEqual([true, true, true])
      expect(registry.isTombstone('other')).toBe(false)
    }
  })

  it('tells listeners of each change until they stop listening, and not of mere touches', async () => {
    const { registry } = await Core.start()
    const heard: string[] = []
    const stop = registry.onChange(({ id, state }) => heard.push(`${id} ${state}`))
    const one = device('d_1', { state: 'pending' })
    registry.add(one)
    registry.change(one, { state: 'active' })
    registry.saveLive(one)
    stop()
    registry.change(one, { state: 'blocked' })
    expect(heard).toEqual(['d_1 pending', 'd_1 active'])
  })

  it('stores what could not be stored as soon as the disk is back: changes, forgotten devices and buried tokens', async () => {
    const core = await Core.start()
    const [kept, gone] = [device('d_1', { tokenHash: 'one' }), device('d_2', { tokenHash: 'two' })]
    for (const each of [kept, gone]) core.registry.add(each)
    expect([core.registry.isNew(kept), core.registry.isNew(gone)]).toEqual([true, true])
    await core.flush()
    expect(core.registry.isNew(kept)).toBe(false)
    core.store.failure = new Error('disk full')
    const refused = Promise.allSettled([core.registry.forget([gone], true), core.registry.bury('buried')])
    core.registry.change(kept, { state: 'blocked' })
    await core.clock.pass(25)
    expect((await refused).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    // A device that reports often meanwhile is in the queue only once.
    for (let count = 0; count < 1_000; count++) core.registry.saveLive(kept)
    core.store.failure = undefined
    await core.clock.pass(10_000, 500)
    const again = await Core.start({ store: core.store, clock: core.clock })
    expect([...again.registry.all()]).toMatchObject([{ id: 'd_1', state: 'blocked' }])
    expect(['two', 'buried'].map(hash => again.registry.isTombstone(hash))).toEqual([true, true])
  })
})
