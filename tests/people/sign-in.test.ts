import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { overControlSocket, spawnGateway, startGateway, type TestGateway } from '../support/gateway.ts'
import { firstOwner, guest, ownerCode, PersonClient, password, totp } from './person-client.ts'

const patient = { guessBurst: 1_000, entryBurst: 1_000 }
let gateway: TestGateway
let owner: PersonClient
beforeAll(async () => {
  gateway = await startGateway({ limits: patient })
  owner = await firstOwner(gateway)
})
afterAll(() => gateway[Symbol.asyncDispose]())

const setup = (code: string, more: object = {}) => ({
  code,
  name: 'Sara',
  email: 'sara@example.org',
  password,
  ...more,
})

describe('the first owner', () => {
  it('comes in by a one-time link that is dead after use', async () => {
    await using fresh = await startGateway()
    const client = new PersonClient(fresh)
    expect((await client.ask('GET', '/api/me')).body).toMatchObject({ person: null, needsOwner: true })
    const code = await ownerCode(fresh)
    const made = await client.ask('POST', '/api/setup', setup(code))
    expect([made.status, made.body.person.role]).toEqual([201, 'owner'])
    expect((await client.ask('GET', '/api/me')).body).toMatchObject({ needsOwner: false, person: { name: 'Sara' } })
    const again = await new PersonClient(fresh).ask('POST', '/api/setup', setup(code, { email: 'other@example.org' }))
    expect([again.status, again.body.code]).toEqual([401, 'setup_code_invalid'])
  })

  it('is made by the newest link only, and by one at a time', async () => {
    const old = await ownerCode(gateway)
    const code = await ownerCode(gateway)
    expect((await new PersonClient(gateway).ask('POST', '/api/setup', setup(old))).status).toBe(401)
    const both = await Promise.all(
      ['one', 'two'].map(name =>
        new PersonClient(gateway).ask('POST', '/api/setup', setup(code, { email: `${name}@example.org` })),
      ),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([201, 401])
  })

  it('needs a password of 12 characters; a bad wish does not use the link up', async () => {
    const code = await ownerCode(gateway)
    const short = await new PersonClient(gateway).ask('POST', '/api/setup', setup(code, { password: 'elevenchars' }))
    expect([short.status, short.body.issues[0].path]).toEqual([400, 'password'])
    const long = await new PersonClient(gateway).ask('POST', '/api/setup', setup(code, { password: 'x'.repeat(129) }))
    expect(long.status).toBe(400)
    expect(
      (await new PersonClient(gateway).ask('POST', '/api/setup', setup(code, { email: 'third@example.org' }))).status,
    ).toBe(201)
  })

  it('who lost everything comes back by a new link: new password, no second factor, no old session', async () => {
    await using fresh = await startGateway()
    const lost = await firstOwner(fresh)
    const { body } = await lost.ask('POST', '/api/auth/two-factor/enable', { password })
    await lost.ask('POST', '/api/auth/two-factor/verify-totp', { code: totp(body.totpURI) })
    const back = new PersonClient(fresh)
    const made = await back.ask(
      'POST',
      '/api/setup',
      setup(await ownerCode(fresh), { email: 'MINA@example.org', password: 'another long password' }),
    )
    expect([made.status, made.body.person.id]).toEqual([201, lost.id])
    expect((await back.ask('GET', '/api/me')).body.person.twoFactor).toBe(false)
    expect((await lost.ask('GET', '/api/me')).body.person ?? null).toBeNull()
    expect((await new PersonClient(fresh).signIn('mina@example.org')).status).toBe(401)
  })

  it('of a gateway without a terminal finds the link in a file that only its user reads, and never in the log', async () => {
    await using fresh = await spawnGateway()
    const file = join(fresh.dataDir, 'owner-link')
    expect(fresh.output()).toContain(file)
    expect(fresh.output()).not.toContain('dvz_')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const code = (await readFile(file, 'utf8')).trim().split('/setup#')[1]!
    expect((await new PersonClient(fresh).ask('POST', '/api/setup', setup(code))).status).toBe(201)
    await expect(stat(file)).rejects.toThrow('ENOENT')
    const { body } = await overControlSocket(fresh.dataDir, 'POST', '/api/owner/reset', { file: true })
    expect(body).toMatchObject({ link: null, file })
  })

  it('is made by nobody but the host', async () => {
    expect((await gateway.api('POST', '/api/owner/reset', {})).status).toBe(403)
    expect((await owner.ask('POST', '/api/owner/reset', {})).status).toBe(403)
  })
})

describe('an invitation', () => {
  it('brings somebody in once, with the role and the reach the owner gave', async () => {
    const { body } = await owner.ask('POST', '/api/people', {
      name: 'Omid',
      email: 'Omid@Example.org',
      role: 'viewer',
      grants: ['#garden'],
    })
    expect(body.person).toMatchObject({ email: 'omid@example.org', invited: true, grants: ['#garden'] })
    expect(body.invitation).toMatch(new RegExp(`^${gateway.url}/invite#dvz_i_`))
    const code = body.invitation.split('#')[1]
    const client = new PersonClient(gateway)
    const entered = await client.ask('POST', '/api/invite', { code, name: 'Omid K.', password })
    expect([entered.status, entered.body.person]).toMatchObject([
      201,
      { name: 'Omid K.', role: 'viewer', invited: false },
    ])
    expect((await client.ask('GET', '/api/me')).body.person.grants).toEqual(['#garden'])
    const again = await new PersonClient(gateway).ask('POST', '/api/invite', { code, name: 'Eve', password })
    expect([again.status, again.body.code]).toEqual([401, 'invitation_invalid'])
  })

  it('ends with the person it was for', async () => {
    const { body } = await owner.ask('POST', '/api/people', { name: 'Gone', email: 'gone@example.org', role: 'viewer' })
    expect((await owner.ask('DELETE', `/api/people/${body.person.id}`)).status).toBe(200)
    const late = await new PersonClient(gateway).ask('POST', '/api/invite', {
      code: body.invitation.split('#')[1],
      name: 'Gone',
      password,
    })
    expect(late.status).toBe(401)
  })

  it('is not for an address that somebody has', async () => {
    const taken = await owner.ask('POST', '/api/people', { name: 'Two', email: 'MINA@example.org', role: 'viewer' })
    expect([taken.status, taken.body.code]).toEqual([409, 'email_taken'])
  })
})

describe('sign-in', () => {
  it('takes the right password only, says the same of a wrong one and of nobody, and makes no account', async () => {
    const wrong = await new PersonClient(gateway).signIn(owner.email, 'not the right password')
    const nobody = await new PersonClient(gateway).signIn('nobody@example.org', 'not the right password')
    expect([wrong.status, nobody.status]).toEqual([401, 401])
    expect(wrong.body).toEqual(nobody.body)
    const right = new PersonClient(gateway)
    expect((await right.signIn(owner.email)).status).toBe(200)
    expect((await right.ask('GET', '/api/me')).status).toBe(200)
    const signUp = await right.ask('POST', '/api/auth/sign-up/email', { email: 'a@b.org', password, name: 'A' })
    expect(signUp.status).toBe(404)
  })

  it('works on a plain address: its cookie is HttpOnly and SameSite, and Secure only over TLS', async () => {
    const { headers } = await new PersonClient(gateway).signIn(owner.email)
    const [cookie] = headers.getSetCookie()
    expect(cookie).toMatch(/^darvaza\.session_token=.*HttpOnly; SameSite=Lax$/)
    expect(cookie).not.toMatch(/secure/i)
    const publicUrl = 'https://gate.example.org'
    await using proxied = await startGateway({ trustedProxies: ['127.0.0.1'], publicUrl })
    await firstOwner(proxied)
    const behind = new PersonClient(proxied)
    const secure = await behind.ask(
      'POST',
      '/api/auth/sign-in/email',
      { email: owner.email, password },
      { origin: publicUrl, headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' } },
    )
    expect(secure.headers.getSetCookie()[0]).toMatch(/^__Secure-darvaza\.session_token=.*; Secure; SameSite=Lax$/)
    expect((await behind.ask('GET', '/api/me')).status).toBe(200)
    const known = await behind.ask('GET', '/api/auth/get-session', undefined, {
      origin: null,
      headers: { 'x-forwarded-for': '203.0.113.9' },
    })
    expect(known.body.user.email).toBe(owner.email)
  })

  it('with a second factor asks for its code, and takes each recovery code once', async () => {
    const client = await guest(owner, 'operator')
    const { body } = await client.ask('POST', '/api/auth/two-factor/enable', { password })
    expect((await client.ask('GET', '/api/me')).body.person.twoFactor).toBe(false)
    const code = totp(body.totpURI)
    expect((await client.ask('POST', '/api/auth/two-factor/verify-totp', { code })).status).toBe(200)
    expect((await client.ask('GET', '/api/me')).body.person.twoFactor).toBe(true)

    const again = new PersonClient(gateway)
    expect((await again.signIn(client.email)).body.twoFactorRedirect).toBe(true)
    expect((await again.ask('GET', '/api/me')).body.person ?? null).toBeNull()
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0')
    expect((await again.ask('POST', '/api/auth/two-factor/verify-totp', { code: wrong })).status).toBe(401)
    expect((await again.ask('POST', '/api/auth/two-factor/verify-totp', { code: totp(body.totpURI) })).status).toBe(200)
    expect((await again.ask('GET', '/api/me')).status).toBe(200)

    for (const status of [200, 401]) {
      const lost = new PersonClient(gateway)
      await lost.signIn(client.email)
      const used = await lost.ask('POST', '/api/auth/two-factor/verify-backup-code', { code: body.backupCodes[0] })
      expect(used.status).toBe(status)
    }
  })

  it('is slowed down by account and by address, and never for a session that is known', async () => {
    await using fresh = await startGateway({
      limits: { guessBurst: 3, guessesPerMinute: 1, entryBurst: 8, entriesPerMinute: 1 },
    })
    const known = await firstOwner(fresh)
    const guess = () => new PersonClient(fresh).signIn(known.email, 'not the right password')
    const statuses = [(await guess()).status, (await guess()).status, (await guess()).status]
    expect(statuses).toEqual([401, 401, 401])
    const slowed = await guess()
    expect([slowed.status, slowed.body.code]).toEqual([429, 'rate_limited'])
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await known.ask('GET', '/api/me')).status).toBe(200)
    expect((await known.signIn()).status).toBe(200)
    const others = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(n => new PersonClient(fresh).signIn(`${n}@example.org`, 'a wrong password')),
    )
    expect(others.map(({ status }) => status)).toContain(429)
  })

  it('is written down, and never with what was typed', async () => {
    await new PersonClient(gateway).signIn(owner.email, 'a-very-special-wrong-password')
    const { body } = await gateway.api('GET', '/api/journal?limit=1000')
    const texts = body.entries.map(({ text }: { text: string }) => text)
    expect(texts).toContain('Mina signed in')
    expect(texts).toContain('refused at POST /api/auth/sign-in/email: invalid_email_or_password')
    expect(JSON.stringify(body)).not.toContain('a-very-special-wrong-password')
  })
})

describe('sessions', () => {
  it('are listed, and ended one by one or all but this one', async () => {
    const here = await guest(owner, 'viewer')
    const [there, elsewhere] = [new PersonClient(gateway), new PersonClient(gateway)]
    for (const other of [there, elsewhere]) await other.signIn(here.email)
    const { body } = await here.ask('GET', '/api/auth/list-sessions')
    expect(body).toHaveLength(3)
    const theirs = decodeURIComponent(there.cookies.get('darvaza.session_token')!).split('.')[0]
    expect((await here.ask('POST', '/api/auth/revoke-session', { token: theirs })).status).toBe(200)
    expect((await there.ask('GET', '/api/me')).body.person ?? null).toBeNull()
    expect((await elsewhere.ask('GET', '/api/me')).status).toBe(200)
    await here.ask('POST', '/api/auth/revoke-other-sessions', {})
    expect((await elsewhere.ask('GET', '/api/me')).body.person ?? null).toBeNull()
    expect((await here.ask('POST', '/api/auth/sign-out', {})).status).toBe(200)
    expect((await here.ask('GET', '/api/me')).body.person ?? null).toBeNull()
  })

  it('are not opened by a cookie somebody made up', async () => {
    const forger = new PersonClient(gateway)
    const token = decodeURIComponent(owner.cookies.get('darvaza.session_token')!).split('.')[0]!
    for (const forged of [
      token,
      `${token}.`,
      `${token}.${Buffer.alloc(32).toString('base64')}`,
      '.',
      '%E0%A4%A',
      'x.y',
    ]) {
      forger.cookies.set('darvaza.session_token', forged.includes('%') ? forged : encodeURIComponent(forged))
      const { status, body } = await forger.ask('GET', '/api/devices')
      expect([forged, status, body.code]).toEqual([forged, 401, 'session_missing'])
    }
  })

  it('change nothing for another site, nor without an Origin, and show it nothing', async () => {
    const wish = { mode: 'approve' }
    for (const origin of ['https://evil.example', 'null', null]) {
      const { status, body } = await owner.ask('PUT', '/api/enrolment', wish, { origin })
      expect([origin, status, body.code]).toEqual([origin, 403, 'foreign_origin'])
    }
    expect((await owner.ask('PUT', '/api/enrolment', wish)).status).toBe(200)
    const image = await owner.ask('GET', '/api/devices', undefined, {
      origin: null,
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    })
    expect(image.status).toBe(403)
    const login = await new PersonClient(gateway).ask(
      'POST',
      '/api/auth/sign-in/email',
      { email: owner.email, password },
      { origin: 'https://evil.example' },
    )
    expect(login.status).toBe(403)
  })
})

describe('people', () => {
  it('are changed and sent away by an owner, with effect at once; the last owner stays', async () => {
    const client = await guest(owner, 'viewer')
    await owner.ask('PATCH', `/api/people/${client.id}`, { role: 'operator' })
    expect((await client.ask('GET', '/api/me')).body.person.role).toBe('operator')
    await owner.ask('DELETE', `/api/people/${client.id}`)
    expect((await client.ask('GET', '/api/me')).body.person ?? null).toBeNull()
    expect((await client.signIn()).status).toBe(401)

    await using fresh = await startGateway()
    const only = await firstOwner(fresh)
    for (const change of [{ role: 'viewer' }, { grants: ['#garden'] }]) {
      const { status, body } = await only.ask('PATCH', `/api/people/${only.id}`, change)
      expect([status, body.code]).toEqual([409, 'last_owner'])
    }
    expect((await only.ask('DELETE', `/api/people/${only.id}`)).body.code).toBe('last_owner')
    expect((await only.ask('PATCH', '/api/people/p_nobody', { role: 'viewer' })).body.code).toBe('person_not_found')
  })

  it('survive a restart of the gateway, and so do their sessions', async () => {
    const dataDir = join(gateway.dataDir, 'again')
    const before = await startGateway({ dataDir })
    const client = await firstOwner(before)
    await before.stop()
    await using after = await startGateway({ dataDir })
    const back = new PersonClient(after)
    for (const [name, value] of client.cookies) back.cookies.set(name, value)
    expect((await back.ask('GET', '/api/me')).body.person.email).toBe(client.email)
  })
})

it('keeps no secret readable in the data folder', async () => {
  await using fresh = await startGateway()
  const one = await firstOwner(fresh)
  const factor = await one.ask('POST', '/api/auth/two-factor/enable', { password })
  await one.ask('POST', '/api/auth/two-factor/verify-totp', { code: totp(factor.body.totpURI) })
  const invited = await one.ask('POST', '/api/people', { name: 'Omid', email: 'omid@example.org', role: 'viewer' })
  const secrets = [
    password,
    new URL(factor.body.totpURI).searchParams.get('secret')!,
    ...factor.body.backupCodes,
    invited.body.invitation.split('#')[1],
    await ownerCode(fresh),
    decodeURIComponent(one.cookies.get('darvaza.session_token')!),
  ]
  const files = (await readdir(fresh.dataDir)).filter(name => !name.endsWith('.sock'))
  const kept = Buffer.concat(await Promise.all(files.map(name => readFile(join(fresh.dataDir, name)))))
  expect(kept.includes('mina@example.org')).toBe(true)
  for (const secret of secrets) expect(kept.includes(secret)).toBe(false)
  for (const name of files) expect([name, (await stat(join(fresh.dataDir, name))).mode & 0o077]).toEqual([name, 0])
})
