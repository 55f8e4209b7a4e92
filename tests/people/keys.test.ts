import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { firstOwner, guest, ownerCode, PersonClient, password } from './person-client.ts'

let gateway: TestGateway
let owner: PersonClient
beforeAll(async () => {
  gateway = await startGateway({ limits: { guessBurst: 1_000, entryBurst: 1_000 } })
  owner = await firstOwner(gateway)
})
afterAll(() => gateway[Symbol.asyncDispose]())

const namesFor = async (key: string) => {
  const { status, body } = await gateway.api('GET', '/api/devices', undefined, { key })
  return status === 200 ? body.devices.map(({ name }: { name: string }) => name).sort() : body.code
}

describe('an API key', () => {
  it('is made for somebody else by an owner, by id or address, and says whose it is', async () => {
    const sara = await guest(owner, 'operator')
    for (const person of [sara.id, sara.email.toUpperCase()]) {
      const made = await owner.ask('POST', '/api/keys', { role: 'viewer', label: 'tv', person })
      expect(made).toMatchObject({ status: 201, body: { key: { person: { id: sara.id, name: 'operator' } } } })
    }
    const nobodys = await owner.ask('POST', '/api/keys', { role: 'viewer' })
    expect(nobodys.body.key.person).toBeNull()
    const unknown = await owner.ask('POST', '/api/keys', { role: 'viewer', person: 'p_nobody' })
    expect([unknown.status, unknown.body.code]).toEqual([404, 'person_not_found'])
    const { body } = await owner.ask('GET', '/api/keys')
    expect(body.keys.filter(({ person }: { person: unknown }) => person)).toHaveLength(2)
  })

  it('follows its person: narrower with them at once, and ended with them', async () => {
    await using roof = await Board.active(gateway, { deviceId: 'roof' })
    await using _garden = await Board.active(gateway, { deviceId: 'garden' })
    const omid = await guest(owner, 'operator')
    const key = await gateway.key('owner', { person: omid.id })
    const other = await gateway.key('owner')
    expect(await namesFor(key)).toEqual(['garden', 'roof'])
    const refused = await gateway.api('POST', '/api/keys', { role: 'viewer' }, { key })
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])

    await owner.ask('PATCH', `/api/people/${omid.id}`, { role: 'viewer', grants: [await roof.id()] })
    expect(await namesFor(key)).toEqual(['roof'])
    const order = await gateway.api('POST', `/api/devices/${await roof.id()}/servo`, { servo1: 1 }, { key })
    expect([order.status, order.body.code]).toEqual([403, 'forbidden'])

    await owner.ask('DELETE', `/api/people/${omid.id}`)
    expect(await namesFor(key)).toBe('key_unknown')
    expect(await namesFor(other)).toEqual(['garden', 'roof'])
    const { body } = await owner.ask('GET', '/api/journal?kind=act&limit=2')
    expect(body.entries.map(({ data }: { data: { act: string } }) => data.act)).toEqual(['person.remove', 'key.revoke'])
  })

  it('ends when its person is taken over by an owner’s link, rather than become an owner’s with them', async () => {
    const bahar = await guest(owner, 'viewer')
    const key = await gateway.key('owner', { person: bahar.id })
    expect(await namesFor(key)).not.toBe('key_unknown')
    const wish = { code: await ownerCode(gateway), name: 'Bahar', email: bahar.email, password }
    expect((await new PersonClient(gateway).ask('POST', '/api/setup', wish)).status).toBe(201)
    expect(await namesFor(key)).toBe('key_unknown')
  })
})
