import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { firstOwner, guest, ownerCode, PersonClient, password } from './person-client.ts'

let gateway: TestGateway
let owner: PersonClient
beforeAll(async () => {
  gateway = await startGateway({ limits: { guessBurst: 1_000, entryBurst: 1_000 } })
  owner = await firstOwner(gateway)
})
afterAll(() => gateway[Symbol.asyncDispose]())

const long = 'aaaaaaaaaaaaaaaaaaaaaaaa'
const good = 'another four words here'

/** Expects weak passwords to be rejected in both languages, without using up the link or session of the request. */
async function refusesTheSame(client: PersonClient, path: string, wish: (password: string) => object): Promise<void> {
  for (const [language, sentence] of [
    ['en', 'too much the same'],
    ['fa', 'تکرار'],
  ] as const)
    for (const weak of [long, 'abcdefghijklmnop', '111122223333444'])
      expect(await client.ask('POST', path, wish(weak), { headers: { 'accept-language': language } })).toMatchObject({
        status: 400,
        body: { code: 'password_weak', message: expect.stringContaining(sentence) },
      })
  const { status, body } = await client.ask('POST', path, wish(good))
  expect([body.code, status < 300]).toEqual([undefined, true])
}

describe('a password that is long and says nothing is refused', () => {
  it('where the first owner is made', async () => {
    await using fresh = await startGateway()
    const code = await ownerCode(fresh)
    const wish = { code, name: 'Sara', email: 'sara@example.org' }
    await refusesTheSame(new PersonClient(fresh), '/api/setup', chosen => ({ ...wish, password: chosen }))
  })

  it('where an owner comes back by a new link', async () => {
    const code = await ownerCode(gateway)
    const wish = { code, name: 'Owner', email: owner.email }
    await refusesTheSame(new PersonClient(gateway), '/api/setup', chosen => ({ ...wish, password: chosen }))
    expect((await owner.signIn(owner.email, good)).status).toBe(200)
  })

  it('where an invitation is accepted', async () => {
    const invited = await owner.ask('POST', '/api/people', { name: 'Omid', email: 'omid@example.org', role: 'viewer' })
    const code = invited.body.invitation.split('#')[1]
    await refusesTheSame(new PersonClient(gateway), '/api/invite', chosen => ({ code, name: 'Omid', password: chosen }))
  })

  it('where somebody changes theirs, who still comes in with the old one until it is changed', async () => {
    const client = await guest(owner, 'viewer')
    await client.ask('POST', '/api/auth/change-password', { currentPassword: password, newPassword: long })
    expect((await new PersonClient(gateway).signIn(client.email)).status).toBe(200)
    await refusesTheSame(client, '/api/auth/change-password', chosen => ({
      currentPassword: password,
      newPassword: chosen,
    }))
    expect((await new PersonClient(gateway).signIn(client.email)).status).toBe(401)
    expect((await new PersonClient(gateway).signIn(client.email, good)).status).toBe(200)
  })
})
