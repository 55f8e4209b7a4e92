import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { firstOwner, guest, ownerCode, PersonClient, password, totp } from './person-client.ts'

/* Attacks on sign-in, each against a running gateway. SECURITY.md lists them. */

let gateway: TestGateway
let owner: PersonClient
beforeAll(async () => {
  gateway = await startGateway({ limits: { guessBurst: 10_000, entryBurst: 10_000 } })
  owner = await firstOwner(gateway)
})
afterAll(() => gateway[Symbol.asyncDispose]())

const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).sort()
const codeOf = (link: string) => link.split('#')[1]!
const tokenOf = (client: PersonClient) =>
  decodeURIComponent(client.cookies.get('darvaza.session_token')!).split('.')[0]!
const answering = (code: string, name = 'Eve') =>
  new PersonClient(gateway).ask('POST', '/api/invite', { code, name, password })
const invite = async (email: string) =>
  codeOf((await owner.ask('POST', '/api/people', { name: 'Guest', email, role: 'viewer' })).body.invitation)

/** Invites a person with a second factor. Returns the signed-in client, the authenticator URI and the backup codes. */
async function careful(): Promise<{ client: PersonClient; totpURI: string; backupCodes: string[] }> {
  const client = await guest(owner, 'operator')
  const { body } = await client.ask('POST', '/api/auth/two-factor/enable', { password })
  await client.ask('POST', '/api/auth/two-factor/verify-totp', { code: totp(body.totpURI) })
  return { client, ...body }
}
async function halfIn(email: string): Promise<PersonClient> {
  const client = new PersonClient(gateway)
  expect((await client.signIn(email)).body.twoFactorRedirect).toBe(true)
  return client
}

describe('an invitation', () => {
  it('lets one in when two answer at once, and leaves the account to that one', async () => {
    const code = await invite('raced@example.org')
    const answers = await Promise.all(['One', 'Two'].map(name => answering(code, name)))
    expect(statuses(answers)).toEqual([201, 401])
    const winner = answers.find(({ status }) => status === 201)!.body.person.name
    const { body } = await owner.ask('GET', '/api/people')
    expect(body.people.find((each: { email: string }) => each.email === 'raced@example.org').name).toBe(winner)
  })

  it('opens nothing once its person came in another way', async () => {
    const code = await invite('later-owner@example.org')
    const wish = { code: await ownerCode(gateway), name: 'Mo', email: 'later-owner@example.org', password }
    expect((await new PersonClient(gateway).ask('POST', '/api/setup', wish)).status).toBe(201)
    expect((await answering(code)).body.code).toBe('invitation_invalid')
  })

  it('gives no more than it was made for', async () => {
    const code = await invite('modest@example.org')
    for (const more of [{ role: 'owner' }, { grants: [] }, { email: 'mina@example.org' }, { id: owner.id }]) {
      const wish = { code, name: 'Eve', password, ...more }
      expect((await new PersonClient(gateway).ask('POST', '/api/invite', wish)).status).toBe(400)
    }
    expect((await answering(code)).body.person).toMatchObject({ role: 'viewer', email: 'modest@example.org' })
  })
})

describe('guessing', () => {
  it('at another’s password is as slow from inside as from outside', async () => {
    await using fresh = await startGateway({ limits: { guessBurst: 4, guessesPerMinute: 1, entryBurst: 1_000 } })
    const victim = await firstOwner(fresh)
    const insider = await guest(victim, 'viewer')
    const guesses = []
    for (let count = 0; count < 6; count++) guesses.push(await insider.signIn(victim.email, `wrong password ${count}`))
    expect(statuses(guesses)).toEqual([401, 401, 401, 401, 429, 429])
    expect((await victim.ask('GET', '/api/devices')).status).toBe(200)
  })

  it('at second factors is counted by the account, however many sign-ins are begun', async () => {
    await using fresh = await startGateway({ limits: { guessBurst: 6, guessesPerMinute: 1, entryBurst: 1_000 } })
    const victim = await firstOwner(fresh)
    const { body } = await victim.ask('POST', '/api/auth/two-factor/enable', { password })
    await victim.ask('POST', '/api/auth/two-factor/verify-totp', { code: totp(body.totpURI) })
    const thieves = []
    for (let count = 0; count < 3; count++) {
      const thief = new PersonClient(fresh)
      await thief.signIn(victim.email)
      thieves.push(thief)
    }
    const guesses = []
    for (const thief of [...thieves, ...thieves, ...thieves])
      guesses.push(await thief.ask('POST', '/api/auth/two-factor/verify-totp', { code: '000000' }))
    expect(guesses.slice(0, 6).map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401])
    expect(statuses(guesses.slice(6))).toEqual([429, 429, 429])
  })

  it('is not made faster by saying that one comes from elsewhere', async () => {
    await using fresh = await startGateway({ limits: { entryBurst: 3, entriesPerMinute: 1 } })
    const guesses = []
    for (let count = 0; count < 5; count++) {
      const headers = { 'x-forwarded-for': `203.0.113.${count}`, 'x-real-ip': `203.0.113.${count}` }
      const wish = { email: `${count}@example.org`, password: 'a wrong password' }
      guesses.push(await new PersonClient(fresh).ask('POST', '/api/auth/sign-in/email', wish, { headers }))
    }
    expect(statuses(guesses)).toEqual([401, 401, 401, 429, 429])
  })

  it('and asking for challenges is bounded for whoever is not in: each is a row on the disk', async () => {
    await using fresh = await startGateway({ limits: { entryBurst: 5, entriesPerMinute: 1 } })
    const asked = []
    for (let count = 0; count < 8; count++)
      asked.push(await new PersonClient(fresh).ask('GET', '/api/auth/passkey/generate-authenticate-options'))
    expect(statuses(asked)).toEqual([200, 200, 200, 200, 200, 429, 429, 429])
    const people = new DatabaseSync(join(fresh.dataDir, 'people.sqlite'), { readOnly: true })
    const { rows } = people.prepare('select count(*) as rows from verification').get() as { rows: number }
    people.close()
    expect(rows).toBeLessThanOrEqual(5)
  })

  it('finds no difference between an account that is invited, one of a provider, and none', async () => {
    await invite('not-yet@example.org')
    const answers = await Promise.all(
      ['not-yet@example.org', 'nobody@example.org', owner.email].map(email =>
        new PersonClient(gateway).signIn(email, 'a wrong password'),
      ),
    )
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1)
  })
})

describe('a second factor', () => {
  it('takes a code once, also when it is shown twice at the same moment', async () => {
    const { client, totpURI } = await careful()
    const [one, two] = [await halfIn(client.email), await halfIn(client.email)]
    const code = totp(totpURI)
    const verify = (who: PersonClient, text: string) =>
      who.ask('POST', '/api/auth/two-factor/verify-totp', { code: text })
    expect(statuses(await Promise.all([verify(one, code), verify(two, code)]))).toEqual([200, 401])
    const late = await halfIn(client.email)
    expect((await verify(late, code)).body.code).toBe('INVALID_CODE')
    expect((await verify(late, ` ${code.slice(0, 3)} ${code.slice(3)}`)).status).not.toBe(200)
    expect((await late.ask('GET', '/api/devices')).status).toBe(401)
  })

  it('takes a recovery code once, also when two show it at the same moment', async () => {
    const { client, backupCodes } = await careful()
    const thieves = [await halfIn(client.email), await halfIn(client.email)]
    const answers = await Promise.all(
      thieves.map(thief => thief.ask('POST', '/api/auth/two-factor/verify-backup-code', { code: backupCodes[0] })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('is not passed by whoever knows the password alone', async () => {
    const { client } = await careful()
    const thief = await halfIn(client.email)
    for (const path of [
      '/api/people',
      '/api/devices',
      '/api/auth/list-sessions',
      '/api/auth/passkey/list-user-passkeys',
    ])
      expect([path, (await thief.ask('GET', path)).status]).toEqual([path, 401])
    for (const path of ['two-factor/disable', 'two-factor/enable', 'two-factor/generate-backup-codes'])
      expect([path, (await thief.ask('POST', `/api/auth/${path}`, { password })).status]).toEqual([path, 401])
    await using page = thief.dashboard()
    expect(await page.refused).toBe(401)
  })

  it('is not skipped by a made-up trusted device or another’s half-open sign-in', async () => {
    const { client } = await careful()
    const other = await careful()
    const borrowed = await halfIn(other.client.email)
    const code = totp(other.totpURI)
    const thief = new PersonClient(gateway)
    thief.cookies.set('darvaza.trust_device', encodeURIComponent(`x!trust-device-${client.id}.${'A'.repeat(43)}=`))
    expect((await thief.signIn(client.email)).body.twoFactorRedirect).toBe(true)
    thief.cookies.set('darvaza.two_factor', borrowed.cookies.get('darvaza.two_factor')!)
    await thief.ask('POST', '/api/auth/two-factor/verify-totp', { code })
    expect((await thief.ask('GET', '/api/me')).body.person?.email).not.toBe(client.email)
  })

  it('is not turned off without the password', async () => {
    const { client } = await careful()
    for (const body of [{}, { password: '' }, { password: 'a wrong password' }, { password: null }]) {
      for (const path of ['disable', 'generate-backup-codes']) {
        const { status } = await client.ask('POST', `/api/auth/two-factor/${path}`, body)
        expect([path, body, status]).toEqual([path, body, expect.toBeOneOf([400, 401])])
      }
    }
    expect((await client.ask('GET', '/api/me')).body.person.twoFactor).toBe(true)
  })
})

describe('a session', () => {
  it('is a new one after each sign-in, whatever cookie the browser came with', async () => {
    const attacker = await guest(owner, 'viewer')
    const victim = new PersonClient(gateway)
    for (const [name, value] of attacker.cookies) victim.cookies.set(name, value)
    victim.email = owner.email
    await victim.signIn()
    expect(tokenOf(victim)).not.toBe(tokenOf(attacker))
    expect((await attacker.ask('GET', '/api/me')).body.person.id).toBe(attacker.id)
  })

  it('of somebody else is not ended, nor their passkey deleted', async () => {
    const [eve, victim] = [await guest(owner, 'viewer'), await guest(owner, 'viewer')]
    await eve.ask('POST', '/api/auth/revoke-session', { token: tokenOf(victim) })
    await eve.ask('POST', '/api/auth/revoke-sessions', {})
    await eve.signIn()
    const { status } = await eve.ask('POST', '/api/auth/passkey/delete-passkey', { id: 'any' })
    expect(status).not.toBe(200)
    expect((await victim.ask('GET', '/api/devices')).status).toBe(200)
  })

  it('ends everywhere else when the password is changed', async () => {
    const victim = await guest(owner, 'viewer')
    const thief = new PersonClient(gateway)
    await thief.signIn(victim.email)
    const change = { currentPassword: password, newPassword: 'a quite different password', revokeOtherSessions: true }
    expect((await victim.ask('POST', '/api/auth/change-password', change)).status).toBe(200)
    expect((await thief.ask('GET', '/api/devices')).status).toBe(401)
    expect((await victim.ask('GET', '/api/devices')).status).toBe(200)
  })

  it('sets cookies that no script reads and no other site sends along', async () => {
    const { client, totpURI } = await careful()
    const half = new PersonClient(gateway)
    const first = await half.ask('POST', '/api/auth/sign-in/email', { email: client.email, password })
    const second = await half.ask('POST', '/api/auth/two-factor/verify-totp', {
      code: totp(totpURI),
      trustDevice: true,
    })
    const lines = [...first.headers.getSetCookie(), ...second.headers.getSetCookie()]
    expect(lines.map(line => line.split('=')[0])).toEqual(
      expect.arrayContaining(['darvaza.two_factor', 'darvaza.trust_device', 'darvaza.session_token']),
    )
    for (const line of lines) expect(line).toMatch(/HttpOnly; SameSite=(Lax|Strict)$/)
  })
})

describe('the owners', () => {
  it('never become none, also when two remove each other at once', async () => {
    await using fresh = await startGateway()
    const one = await firstOwner(fresh)
    const two = await guest(one, 'owner')
    const answers = await Promise.all([
      one.ask('DELETE', `/api/people/${two.id}`),
      two.ask('DELETE', `/api/people/${one.id}`),
    ])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const left = [one, two].map(each => each.ask('GET', '/api/people'))
    expect(statuses(await Promise.all(left))).toEqual([200, 401])
  })

  it('are not joined by whoever asks', async () => {
    const eve = await guest(owner, 'operator')
    const tries = [
      eve.ask('PATCH', `/api/people/${eve.id}`, { role: 'owner' }),
      eve.ask('POST', '/api/people', { name: 'Eve', email: 'eve@example.org', role: 'owner' }),
      eve.ask('POST', '/api/keys', { role: 'owner' }),
      eve.ask('POST', '/api/owner/reset', {}),
    ]
    expect(statuses(await Promise.all(tries))).toEqual([403, 403, 403, 403])
    for (const code of ['', 'x', 'dvz_o_', '0'.repeat(256), ['a'], { $ne: '' }, null, true]) {
      const wish = { code, name: 'Eve', email: 'eve@example.org', password }
      expect((await eve.ask('POST', '/api/setup', wish)).status).toBeOneOf([400, 401])
    }
  })

  it('who come back by a new link share the account with no passkey of before', async () => {
    await using fresh = await startGateway()
    const lost = await firstOwner(fresh)
    const people = new DatabaseSync(join(fresh.dataDir, 'people.sqlite'))
    people
      .prepare(
        `insert into "passkey" ("id", "publicKey", "userId", "credentialID", "counter", "deviceType", "backedUp")
         values ('planted', 'key', ?, 'credential', 0, 'singleDevice', 0)`,
      )
      .run(lost.id)
    const wish = { code: await ownerCode(fresh), name: 'Mina', email: lost.email, password }
    expect((await new PersonClient(fresh).ask('POST', '/api/setup', wish)).status).toBe(201)
    expect(people.prepare('select count(*) as left from "passkey"').get()).toEqual({ left: 0 })
    people.close()
  })
})

describe('the accounts’ library', () => {
  const unopened = [
    ...['POST sign-up/email', 'POST update-user', 'POST change-email', 'POST delete-user', 'POST set-password'],
    ...['POST request-password-reset', 'POST reset-password', 'GET reset-password/x', 'GET verify-email'],
    ...['POST link-social', 'POST unlink-account', 'GET list-accounts', 'POST get-access-token', 'POST refresh-token'],
    ...['GET account-info', 'POST update-session', 'GET ok', 'GET error', 'GET delete-user/callback'],
    ...['POST two-factor/get-totp-uri', 'POST two-factor/send-otp', 'POST two-factor/verify-otp'],
    ...['POST two-factor/view-backup-codes', 'POST passkey/update-passkey', 'GET callback/oidc/x'],
    ...['POST callback/oidc', 'GET callback/..%2fok', 'GET callback/x/../../ok', 'GET %6f%6b', 'GET callback%2foidc'],
    ...['POST sign-in/email%2f..%2f..%2fsign-up%2femail', 'GET get-session/../ok', 'GET //get-session'],
  ]
  it.each(unopened)('does nothing for the table that is not in it: %s', async what => {
    const [method = '', path = ''] = what.split(' ')
    const body = method === 'POST' ? { email: 'eve@example.org', password, name: 'Eve' } : undefined
    const { status } = await owner.ask(method, `/api/auth/${path}`, body)
    expect(status).toBeOneOf([404, 405])
  })

  describe('beside a provider', () => {
    let fresh: TestGateway
    beforeAll(async () => {
      const oidc = [{ id: 'oidc', name: 'It', issuer: 'http://127.0.0.1:9', clientId: 'a', clientSecret: 'b' }]
      fresh = await startGateway({ oidc, limits: { guessBurst: 1_000, entryBurst: 1_000 } })
    })
    afterAll(() => fresh[Symbol.asyncDispose]())

    it.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)'])(
      'sends nobody on to %s',
      async to => {
        for (const field of ['callbackURL', 'errorCallbackURL', 'newUserCallbackURL']) {
          const wish = { provider: 'oidc', callbackURL: '/', [field]: to, disableRedirect: true }
          const { status } = await new PersonClient(fresh).ask('POST', '/api/auth/sign-in/social', wish)
          expect([field, status]).toEqual([field, expect.toBeOneOf([400, 403])])
          const signIn = { email: 'a@example.org', password, [field]: to }
          const { headers } = await new PersonClient(fresh).ask('POST', '/api/auth/sign-in/email', signIn)
          expect(headers.get('location')).toBeNull()
        }
      },
    )
  })

  it('takes JSON and nothing that only looks like a form', async () => {
    for (const [type, text] of [
      ['application/x-www-form-urlencoded', `email=${owner.email}&password=${password}`],
      ['text/plain', `email=${owner.email}`],
      ['application/json', '{"email":'],
      ['application/json', '['.repeat(30_000)],
    ] as const) {
      const { status } = await new PersonClient(gateway).ask('POST', '/api/auth/sign-in/email', text, {
        headers: { 'content-type': type },
      })
      expect([type, status]).toEqual([type, 400])
    }
  })
})
