import { describe, expect, it } from 'vitest'
import { Core } from '../../../tests/support/core.ts'
import { sha256 } from '../ids.ts'

const host = { type: 'host' } as const
const mina = { type: 'key', id: 'k_1', label: 'mina', role: 'owner' } as const
const days = 86_400_000

const acts = (core: Core) =>
  core.store
    .rows()
    .filter(row => row.kind === 'act')
    .map(row => row.text)

describe('making a device by hand', () => {
  it('shows its token once, and is active at once', async () => {
    const core = await Core.start({ mode: 'closed' })
    const { device, token } = await core.done(
      core.deviceAdmin.create(mina, { kind: 'generic', name: 'pump', tags: ['roof'] }),
    )
    expect(device).toMatchObject({ name: 'pump', kind: 'generic', state: 'active', source: 'owner', tags: ['roof'] })
    expect(device.tokenHash).toBe(sha256(token))
    expect(core.store.everything()).not.toContain(token)
    expect(core.connect({ token, wants: 'generic' }).device).toBe(device)
    expect(acts(core)).toEqual(['key mina made the device pump'])
  })

  it('refuses names that are taken, or none', async () => {
    const core = await Core.start()
    await core.done(core.deviceAdmin.create(host, { kind: 'pico', name: 'pump' }))
    await expect(core.deviceAdmin.create(host, { kind: 'pico', name: 'pump' })).rejects.toMatchObject({
      code: 'name_taken',
    })
    for (const name of ['', 'd_x', 'a b'])
      await expect(core.deviceAdmin.create(host, { kind: 'pico', name })).rejects.toMatchObject({
        code: 'name_invalid',
      })
    const { device } = await core.done(core.deviceAdmin.create(host, { kind: 'pico' }))
    expect(device.name).toMatch(/^pico-[a-z2-9]{4}$/)
  })
})

describe('approving', () => {
  it('takes effect on the open socket', async () => {
    const core = await Core.start()
    const board = core.connect({ deviceId: 'greenhouse' })
    const approving = core.deviceAdmin.approve(mina, board.device)
    expect(board.device).toMatchObject({ state: 'active', name: 'greenhouse' })
    await core.done(approving)
    expect(board.connection.closedWith).toBeUndefined()
    const moved = core.steering.servo(mina, board.device, { servo1: 10, servo2: 20 })
    expect(board.connection.ofType('servo')).toMatchObject([{ command: { servo1: 10, servo2: 20 } }])
    board.say({ type: 'ack', command_type: 'servo', status: 'success' })
    await core.done(moved)
    expect(acts(core)).toEqual(['key mina approved greenhouse'])
  })

  it('is on disk when it is confirmed', async () => {
    const core = await Core.start()
    const board = core.connect()
    await core.done(core.deviceAdmin.approve(host, board.device))
    expect((await core.store.loadDevices())[0]).toMatchObject({ state: 'active', approvedAt: expect.any(Number) })
  })

  it('names a board as it calls itself, with a suffix if taken, or as the owner says', async () => {
    const core = await Core.start()
    const names = []
    for (const deviceId of ['roof', 'roof', 'roof']) names.push((await core.active({ deviceId })).device.name)
    expect(names).toEqual(['roof', 'roof-2', 'roof-3'])
    const board = core.connect({ deviceId: 'roof' })
    await expect(core.deviceAdmin.approve(host, board.device, { name: 'roof' })).rejects.toMatchObject({
      code: 'name_taken',
    })
    await core.done(core.deviceAdmin.approve(host, board.device, { name: 'cellar' }))
    expect(core.registry.find('cellar')).toBe(board.device)
  })

  it('keeps the name a board waited under, where it says none of its own', async () => {
    const core = await Core.start()
    const board = core.connect()
    const { name } = board.device
    await core.done(core.deviceAdmin.approve(host, board.device))
    expect(board.device.name).toBe(name)
  })

  it('is for what the owner looked at: not when another address used the claim since', async () => {
    const core = await Core.start()
    const first = core.connect({ address: '203.0.113.7' })
    const seenConnectionId = first.session.id
    core.connect({ token: first.token, address: '198.51.100.9' })
    await expect(core.deviceAdmin.approve(host, first.device, { seenConnectionId })).rejects.toMatchObject({
      code: 'changed_since_seen',
      details: { address: '198.51.100.9' },
    })
    expect(first.device.state).toBe('pending')
  })

  it('is not fooled by the first address coming back', async () => {
    const core = await Core.start()
    const first = core.connect({ address: '203.0.113.7' })
    core.connect({ token: first.token, address: '198.51.100.9' })
    const back = core.connect({ token: first.token, address: '203.0.113.7' })
    const by = (seenConnectionId: string) => core.deviceAdmin.approve(host, first.device, { seenConnectionId })
    await expect(by(first.session.id)).rejects.toMatchObject({ code: 'changed_since_seen' })
    await core.done(by(back.session.id))
    expect(first.device.state).toBe('active')
  })

  it('goes through when the same address merely connected again', async () => {
    const core = await Core.start()
    const first = core.connect()
    const seenConnectionId = first.session.id
    core.disconnect(first)
    core.connect({ token: first.token })
    await core.done(core.deviceAdmin.approve(host, first.device, { seenConnectionId }))
    expect(first.device.state).toBe('active')
  })

  it('does not go through for a connection it never saw, or saw too long ago', async () => {
    const core = await Core.start()
    const first = core.connect()
    const refused = { code: 'changed_since_seen' }
    await expect(core.deviceAdmin.approve(host, first.device, { seenConnectionId: 'c_other' })).rejects.toMatchObject(
      refused,
    )
    for (let count = 0; count < 100; count++) core.connect({ token: first.token })
    await expect(
      core.deviceAdmin.approve(host, first.device, { seenConnectionId: first.session.id }),
    ).rejects.toMatchObject(refused)
  })

  it('happens once', async () => {
    const core = await Core.start()
    const board = await core.active()
    await expect(core.deviceAdmin.approve(host, board.device)).rejects.toMatchObject({
      code: 'wrong_state',
      details: { state: 'active' },
    })
  })

  it('forgets the preview and the messages that were kept to decide by', async () => {
    const core = await Core.start()
    const board = core.connect({ wants: 'esp32cam' })
    board.say({ type: 'hello' })
    board.sendBinary(Buffer.from('ffd80000ffd9', 'hex'))
    expect(core.previews.get(board.device.id)).toBeDefined()
    expect(core.sessions.messagesOf(board.device.id)).toHaveLength(1)
    await core.done(core.deviceAdmin.approve(host, board.device))
    expect(core.previews.get(board.device.id)).toBeUndefined()
    expect(core.sessions.messagesOf(board.device.id)).toEqual([])
  })
})

describe('blocking, removing, revoking', () => {
  it.each(['block', 'remove', 'revoke'] as const)('%s cuts the open socket at once with 4001', async act => {
    const core = await Core.start()
    const board = await core.active({ wants: 'esp32cam' })
    const dropped: string[] = []
    core.streams.of(board.device.id).join({
      deliver: () => {},
      mayStay: () => true,
      drop: reason => void dropped.push(reason),
    })
    const acting = core.deviceAdmin[act](host, board.device)
    expect(board.connection.closedWith?.code).toBe(4001)
    expect(dropped).toEqual(['camera-gone'])
    expect(core.sessions.liveOf(board.device).online).toBe(false)
    await core.done(acting)
    const [stored] = await core.store.loadDevices()
    expect(stored?.connectionId).toBeUndefined()
  })

  it.each(['block', 'remove', 'revoke'] as const)('%s can be undone, and the same token works again', async act => {
    const core = await Core.start()
    const board = await core.active({ deviceId: 'roof' })
    await core.done(core.deviceAdmin[act](host, board.device))
    expect(() => core.connect({ token: board.token })).toThrow('refused')
    await core.done(core.deviceAdmin.restore(host, board.device))
    expect(core.connect({ token: board.token }).device).toBe(board.device)
    expect(board.device).toMatchObject({ state: 'active', name: 'roof' })
    for (const field of ['blockedAt', 'blockedReason', 'removedAt', 'stateBefore', 'tokenRevokedAt'])
      expect(field in board.device, field).toBe(false)
  })

  it('says who blocked what and why', async () => {
    const core = await Core.start()
    const board = await core.active({ deviceId: 'roof' })
    await core.done(core.deviceAdmin.block(mina, board.device, { reason: 'sold' }))
    expect(board.device).toMatchObject({ state: 'blocked', blockedReason: 'sold', blockedAt: expect.any(Number) })
    expect(core.store.rows().at(-1)).toMatchObject({
      kind: 'act',
      text: 'key mina blocked roof',
      data: { act: 'device.block', by: 'key mina', reason: 'sold' },
      deviceId: board.device.id,
    })
  })

  it('brings a pending board back as pending', async () => {
    const core = await Core.start()
    const board = core.connect()
    await core.done(core.deviceAdmin.block(host, board.device))
    await core.done(core.deviceAdmin.remove(host, board.device))
    await core.done(core.deviceAdmin.restore(host, board.device))
    expect(board.device.state).toBe('pending')
    expect(core.connect({ token: board.token }).device).toBe(board.device)
  })

  it('gives a restored device another name when its own was taken meanwhile', async () => {
    const core = await Core.start()
    const board = await core.active({ deviceId: 'roof' })
    await core.done(core.deviceAdmin.remove(host, board.device))
    await core.active({ deviceId: 'roof' })
    await core.done(core.deviceAdmin.restore(host, board.device))
    expect(board.device.name).toBe('roof-2')
    expect(core.registry.find('roof-2')).toBe(board.device)
  })

  it('refuses what makes no sense in a state', async () => {
    const core = await Core.start()
    const { device } = await core.active()
    const wrong = { code: 'wrong_state' }
    await expect(core.deviceAdmin.restore(host, device)).rejects.toMatchObject(wrong)
    await expect(core.deviceAdmin.confirm(host, device)).rejects.toMatchObject(wrong)
    await expect(core.deviceAdmin.revoke(host, device, 'old')).rejects.toMatchObject(wrong)
    await core.done(core.deviceAdmin.block(host, device))
    await expect(core.deviceAdmin.block(host, device)).rejects.toMatchObject(wrong)
    await core.done(core.deviceAdmin.remove(host, device))
    await expect(core.deviceAdmin.remove(host, device)).rejects.toMatchObject(wrong)
    await expect(core.deviceAdmin.block(host, device)).rejects.toMatchObject(wrong)
    await expect(core.deviceAdmin.rotate(host, device)).rejects.toMatchObject(wrong)
  })

  it('has no token of its own to rotate or revoke for a member of a fleet', async () => {
    const core = await Core.start({ shared: [{ token: 'fleet', kind: 'pico' }] })
    const { device } = core.connect({ token: 'fleet', deviceId: 'A' })
    await expect(core.deviceAdmin.rotate(host, device)).rejects.toMatchObject({ code: 'wrong_state' })
    await expect(core.deviceAdmin.revoke(host, device)).rejects.toMatchObject({ code: 'wrong_state' })
  })

  it('lets a rotation give a revoked board a new token, and never the old one back', async () => {
    const core = await Core.start({ mode: 'open' })
    const board = core.connect()
    await core.done(core.deviceAdmin.revoke(host, board.device))
    const { token } = await core.done(core.deviceAdmin.rotate(host, board.device))
    expect(core.connect({ token }).device).toBe(board.device)
    expect(() => core.connect({ token: board.token })).toThrow('device_removed')
  })
})

describe('editing', () => {
  it('renames and tags, and says from what to what', async () => {
    const core = await Core.start()
    const { device } = await core.active({ deviceId: 'roof' })
    await core.done(core.deviceAdmin.edit(mina, device, { name: 'attic', tags: ['north'] }))
    expect([core.registry.find('attic'), core.registry.find('roof')]).toEqual([device, undefined])
    expect(device.tags).toEqual(['north'])
    expect(acts(core).at(-1)).toBe('key mina renamed roof to attic')
    await core.done(core.deviceAdmin.edit(host, device, { name: 'attic' }))
    expect(device.tags).toEqual(['north'])
  })

  it('gives no name before approval, and none that is taken', async () => {
    const core = await Core.start()
    const pending = core.connect()
    await expect(core.deviceAdmin.edit(host, pending.device, { name: 'x' })).rejects.toMatchObject({
      code: 'device_pending',
    })
    await core.done(core.deviceAdmin.edit(host, pending.device, { tags: ['north'] }))
    const one = await core.active({ deviceId: 'one' })
    await core.active({ deviceId: 'two' })
    await expect(core.deviceAdmin.edit(host, one.device, { name: 'two' })).rejects.toMatchObject({ code: 'name_taken' })
    await expect(core.deviceAdmin.edit(host, one.device, { name: 'd_1' })).rejects.toMatchObject({
      code: 'name_invalid',
    })
  })
})

describe('tidying', () => {
  it('forgets a pending board after 7 days offline, to the millisecond, and no other', async () => {
    const core = await Core.start()
    const [gone, online] = [core.connect(), core.connect()]
    const active = await core.active()
    core.disconnect(gone)
    core.disconnect(active)
    const start = gone.device.lastSeenAt!
    core.clock.advance(start + 7 * days - core.clock.now())
    await core.done(core.deviceAdmin.tidy())
    expect(core.registry.size).toBe(3)
    core.clock.advance(1)
    await core.done(core.deviceAdmin.tidy())
    expect([...core.registry.all()]).toEqual([online.device, active.device])
  })

  it('forgets a removed device after 30 days, and a blocked one never', async () => {
    const core = await Core.start()
    const [removed, blocked] = [await core.active(), await core.active()]
    await core.done(core.deviceAdmin.block(host, blocked.device))
    await core.done(core.deviceAdmin.remove(host, removed.device))
    core.clock.advance(removed.device.removedAt! + 30 * days - core.clock.now())
    await core.done(core.deviceAdmin.tidy())
    expect(core.registry.size).toBe(2)
    core.clock.advance(1)
    await core.done(core.deviceAdmin.tidy())
    expect([...core.registry.all()]).toEqual([blocked.device])
  })

  it('is done at the start and every hour, until stopped, also when a turn fails', async () => {
    const core = await Core.start()
    const errors: unknown[] = []
    const board = core.connect()
    core.disconnect(board)
    await core.flush()
    const stop = core.deviceAdmin.tidyEvery(error => errors.push(error))
    // The clock moves in small steps here, because a caller waits for the store for at most 2 s.
    core.clock.advance(7 * days)
    await core.clock.pass(3_700_000, 500)
    expect(core.registry.size).toBe(0)
    const other = core.connect()
    core.disconnect(other)
    core.store.failure = new Error('disk full')
    core.clock.advance(7 * days)
    await core.clock.pass(3_700_000, 500)
    expect(errors).toHaveLength(1)
    stop()
    core.store.failure = undefined
    await core.clock.pass(10_000, 500)
    expect(core.clock.timers).toBe(0)
  })
})
