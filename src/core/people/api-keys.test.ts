import { describe, expect, it } from 'vitest'
import type { Role } from '#protocol/vocabulary.ts'
import { Core } from '../../../tests/support/core.ts'
import { sha256 } from '../ids.ts'

const host = { type: 'host' } as const

describe('the ring of API keys', () => {
  it('makes a secret that is shown once and known by its hash alone', async () => {
    const core = await Core.start()
    const { key, secret } = await core.done(core.keys.create(host, { role: 'operator', label: 'garden' }))
    expect(secret).toMatch(/^dvz_k_[\w-]{43}$/)
    expect(key).toMatchObject({ role: 'operator', label: 'garden', hash: sha256(secret) })
    expect(core.keys.identify(secret)).toEqual({
      type: 'key',
      id: key.id,
      label: 'garden',
      role: 'operator',
      grants: undefined,
    })
    expect(core.store.everything()).not.toContain(secret)
  })

  it('knows nobody by anything but the whole secret', async () => {
    const core = await Core.start()
    const { key, secret } = await core.done(core.keys.create(host, { role: 'viewer' }))
    for (const wrong of ['', ' ', secret.slice(0, -1), `${secret}x`, secret.toUpperCase(), key.hash, key.id])
      expect(core.keys.identify(wrong), wrong).toBe('key_unknown')
  })

  it('lets a key expire to the millisecond', async () => {
    const core = await Core.start()
    const start = core.clock.now()
    const { key, secret } = await core.done(core.keys.create(host, { role: 'viewer', expiresInS: 60 }))
    expect(key.expiresAt).toBe(start + 60_000)
    core.clock.advance(start + 59_999 - core.clock.now())
    expect(core.keys.identify(secret)).toMatchObject({ id: key.id })
    core.clock.advance(1)
    expect(core.keys.identify(secret)).toBe('key_expired')
  })

  it('forgets a revoked key at once and for good', async () => {
    const core = await Core.start()
    const { key, secret } = await core.done(core.keys.create(host, { role: 'owner' }))
    const revoking = core.keys.revoke(host, key.id)
    expect(core.keys.identify(secret)).toBe('key_unknown')
    expect(await core.done(revoking)).toMatchObject({ id: key.id })
    expect(await core.keys.revoke(host, key.id)).toBeUndefined()
    const after = await Core.start({ store: core.store, clock: core.clock })
    expect(after.keys.identify(secret)).toBe('key_unknown')
  })

  it('keeps keys, roles and grants over a restart', async () => {
    const core = await Core.start()
    const { secret } = await core.done(core.keys.create(host, { role: 'viewer', label: 'tv', grants: ['#roof'] }))
    const after = await Core.start({ store: core.store, clock: core.clock })
    expect(after.keys.identify(secret)).toMatchObject({ role: 'viewer', label: 'tv', grants: ['#roof'] })
  })

  it('lets a person’s key reach no further than they do now, and knows it no more when they are gone', async () => {
    let person: { id: string; name: string; role: Role; grants?: string[] } | undefined = {
      id: 'p_1',
      name: 'Sara',
      role: 'operator',
    }
    const core = await Core.start({ personOf: id => (person?.id === id ? person : undefined) })
    const make = async (role: Role, grants?: string[]) =>
      (await core.done(core.keys.create(host, { role, grants, personId: 'p_1' }))).secret
    const [wide, narrow] = [await make('owner'), await make('viewer', ['#roof'])]
    expect(core.keys.identify(wide)).toMatchObject({ type: 'key', role: 'operator', grants: undefined })
    expect(core.keys.identify(narrow)).toMatchObject({ role: 'viewer', grants: ['#roof'], within: undefined })
    person = { ...person, role: 'viewer', grants: ['d_1'] }
    expect(core.keys.identify(wide)).toMatchObject({ role: 'viewer', grants: ['d_1'], within: undefined })
    expect(core.keys.identify(narrow)).toMatchObject({ role: 'viewer', grants: ['#roof'], within: ['d_1'] })
    const after = await Core.start({ store: core.store, clock: core.clock })
    expect([after.keys.identify(wide), after.keys.identify(narrow)]).toEqual(['key_unknown', 'key_unknown'])
    const nobodys = await core.done(core.keys.create(host, { role: 'viewer' }))
    await core.done(core.keys.endOf(host, 'p_1'))
    expect(core.keys.all()).toEqual([nobodys.key])
  })

  it('gives no key that is not on disk', async () => {
    const core = await Core.start()
    core.store.failure = new Error('disk full')
    await expect(core.keys.create(host, { role: 'owner' })).rejects.toThrow('disk full')
    expect(core.keys.all()).toEqual([])
  })

  it('writes down who made and who revoked what', async () => {
    const core = await Core.start()
    const { key } = await core.done(core.keys.create(host, { role: 'owner', label: 'mine' }))
    const by = { type: 'key', id: key.id, label: 'mine', role: 'owner' } as const
    await core.done(core.keys.revoke(by, key.id))
    expect(core.store.rows().map(row => [row.kind, row.text])).toEqual([
      ['act', 'host made the owner key mine'],
      ['act', 'key mine revoked the key mine'],
    ])
  })
})
