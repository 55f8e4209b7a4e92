import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstOwner, guest, ownerCode, PersonClient, password, totp } from '../people/person-client.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { type PostReply, postFrom } from '../support/post-from.ts'

/* Attacks on sign-in from many addresses: known people can still sign in, and do not wait for the attackers. */

const stranger = (n: number) => `127.0.1.${n}`
const guess = (gateway: TestGateway, n: number, email: string, headers?: Record<string, string>) =>
  postFrom(stranger(n), gateway, '/api/auth/sign-in/email', { email, password: `a wrong password ${n}` }, headers)
const codes = (replies: PostReply[]) => replies.map(({ status, body }) => `${status} ${body.code}`)

describe('strangers who guess at an owner’s address', () => {
  let gateway: TestGateway
  let owner: PersonClient
  beforeAll(async () => {
    gateway = await startGateway({ limits: { guessBurst: 3, unknownGuessesPerHour: 3 } })
    owner = await firstOwner(gateway)
    for (let n = 1; n <= 3; n++) expect((await guess(gateway, n, owner.email)).status).toBe(401)
  })
  afterAll(() => gateway[Symbol.asyncDispose]())

  it('have to wait, each from a new address, and are told how long in their language', async () => {
    const english = await guess(gateway, 4, owner.email)
    expect([english.status, english.body.code]).toEqual([429, 'sign_in_paused'])
    expect(english.body.message).toContain('many attempts')
    expect(english.retryAfter).toBeGreaterThan(60)
    expect(english.body.retryAfterS).toBe(english.retryAfter)
    const persian = await guess(gateway, 5, owner.email.toUpperCase(), { 'accept-language': 'fa' })
    expect([persian.status, persian.body.message]).toEqual([429, expect.stringContaining('دستگاه‌هایی')])
  })

  it('learn nothing by it: an address that nobody has waits as well', async () => {
    const replies = []
    for (let n = 10; n < 14; n++) replies.push(await guess(gateway, n, 'nobody@example.org'))
    expect(codes(replies).slice(2)).toEqual(['401 INVALID_EMAIL_OR_PASSWORD', '429 sign_in_paused'])
  })

  it('keep nobody out who was there before: not the session, not the browser that signed out, not a passkey', async () => {
    expect((await owner.ask('GET', '/api/devices')).status).toBe(200)
    const other = new PersonClient(gateway)
    for (const [name, value] of owner.cookies) other.cookies.set(name, value)
    expect((await other.signIn(owner.email)).status).toBe(200)
    await other.ask('POST', '/api/auth/sign-out', {})
    expect((await other.ask('GET', '/api/me')).body.person ?? null).toBeNull()
    expect((await other.signIn(owner.email)).status).toBe(200)
    const anywhere = new PersonClient(gateway)
    expect((await anywhere.ask('GET', '/api/auth/passkey/generate-authenticate-options')).status).toBe(200)
    expect((await anywhere.signIn(owner.email)).status).toBe(429)
  })

  it('are written down once, with the person and an address', async () => {
    const { body } = await gateway.api('GET', '/api/journal?limit=1000')
    const rows = body.entries.filter(({ data }: { data: { event?: string } }) => data?.event === 'sign_in_paused')
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      data: { name: 'Mina', person: owner.id },
      address: expect.stringMatching(/^127\./),
    })
  })

  it('do not stop an owner who makes a new link on the host, not even at the same address', async () => {
    const wrong = { code: 'dvz_o_wrong', name: 'Eve', email: 'eve@example.org', password }
    const replies = []
    for (let n = 0; n < 50; n++) replies.push(await postFrom('127.0.0.1', gateway, '/api/setup', wrong))
    expect(codes(replies)).toEqual(expect.arrayContaining(['401 setup_code_invalid', '429 rate_limited']))
    const wish = { code: await ownerCode(gateway), name: 'Mina', email: owner.email, password }
    const back = new PersonClient(gateway)
    expect((await back.ask('POST', '/api/setup', wish)).status).toBe(201)
    expect((await back.ask('GET', '/api/devices')).status).toBe(200)
  })
})

describe('a known device', () => {
  let gateway: TestGateway
  let owner: PersonClient
  beforeAll(async () => {
    gateway = await startGateway({ limits: { guessBurst: 3, unknownGuessesPerHour: 1 } })
    owner = await firstOwner(gateway)
  })
  afterAll(() => gateway[Symbol.asyncDispose]())

  it('does not guess without limit, nor at another’s account, nor by a cookie that was made up', async () => {
    const [name, value] = [...owner.cookies].find(([each]) => each.startsWith('darvaza.device.'))!
    const stolen = (n: number, email: string) => guess(gateway, n, email, { cookie: `${name}=${value}` })
    const madeUp = (n: number) => guess(gateway, n, owner.email, { cookie: `${name}=${value.replace(/^./, '-')}` })
    const replies = []
    for (let n = 1; n <= 4; n++) replies.push(await stolen(n, owner.email))
    expect(codes(replies)).toEqual([...Array(3).fill('401 INVALID_EMAIL_OR_PASSWORD'), '429 rate_limited'])
    expect(codes([await stolen(5, 'other@example.org'), await stolen(6, 'other@example.org')])).toEqual([
      '401 INVALID_EMAIL_OR_PASSWORD',
      '429 sign_in_paused',
    ])
    expect(codes([await madeUp(7), await madeUp(8)])).toEqual(['401 INVALID_EMAIL_OR_PASSWORD', '429 sign_in_paused'])
  })

  it('is one no more once other sessions are ended or the password is changed; this browser stays one', async () => {
    const here = await guest(owner, 'viewer')
    const phone = new PersonClient(gateway)
    expect((await phone.signIn(here.email)).status).toBe(200)
    expect((await phone.signIn(here.email)).status).toBe(200)
    await here.ask('POST', '/api/auth/revoke-other-sessions', {})
    expect((await phone.signIn(here.email)).status).toBe(429)
    const [laptop, newPassword] = [new PersonClient(gateway), 'a quite different password']
    for (const [name, value] of here.cookies) laptop.cookies.set(name, value)
    await laptop.ask('POST', '/api/auth/change-password', { currentPassword: password, newPassword })
    for (const each of [here, laptop]) each.cookies.delete('darvaza.session_token')
    expect((await here.signIn(here.email, newPassword)).status).toBe(429)
    expect((await laptop.signIn(here.email, newPassword)).status).toBe(200)
  })

  it('is every browser that is signed in, also one from before there were device cookies', async () => {
    const here = await guest(owner, 'viewer')
    for (const name of here.cookies.keys()) if (name.includes('.device.')) here.cookies.delete(name)
    expect((await here.ask('GET', '/api/me')).status).toBe(200)
    await guess(gateway, 9, here.email)
    here.cookies.delete('darvaza.session_token')
    expect((await here.signIn()).status).toBe(200)
  })

  it('goes on with its second factor while somebody who knows the password tries codes', async () => {
    await using gateway = await startGateway({ limits: { guessBurst: 100, unknownGuessesPerHour: 12 } })
    const owner = await firstOwner(gateway)
    const { body } = await owner.ask('POST', '/api/auth/two-factor/enable', { password })
    await owner.ask('POST', '/api/auth/two-factor/verify-totp', { code: totp(body.totpURI, Date.now() - 30_000) })
    const replies = []
    for (let begun = 0; begun < 3; begun++) {
      const thief = new PersonClient(gateway)
      expect((await thief.signIn(owner.email)).body.twoFactorRedirect).toBe(true)
      for (let n = 0; n < 5; n++)
        replies.push(await thief.ask('POST', '/api/auth/two-factor/verify-totp', { code: '000000' }))
    }
    expect(replies.map(({ status }) => status)).toEqual([...Array(12).fill(401), 429, 429, 429])
    expect((await owner.signIn()).body.twoFactorRedirect).toBe(true)
    const code = totp(body.totpURI)
    expect((await owner.ask('POST', '/api/auth/two-factor/verify-totp', { code })).status).toBe(200)
  })
})

it('made-up sign-ins from 20 addresses do not stand before known devices, open pages, or an owner’s new link', async () => {
  await using gateway = await startGateway({ limits: { hashesWaitingPerAddress: 2, hashesWaitingInAll: 8 } })
  const owner = await firstOwner(gateway)
  const counts = { hashed: 0, refused: 0 }
  const first = Promise.withResolvers<void>()
  const flood = Array.from({ length: 80 }, async (_, n) => {
    const { status, body, retryAfter } = await guess(gateway, 1 + (n % 20), `${n}@example.org`)
    if (status === 503) expect([body.code, retryAfter > 0]).toEqual(['sign_in_busy', true])
    else expect(status).toBe(401)
    counts[status === 503 ? 'refused' : 'hashed']++
    first.resolve()
  })
  await first.promise
  const page = await Promise.all([
    owner.ask('GET', '/api/devices'),
    owner.ask('GET', '/api/auth/list-sessions'),
    new PersonClient(gateway).ask('GET', '/api/auth/passkey/generate-authenticate-options'),
  ])
  expect(page.map(({ status }) => status)).toEqual([200, 200, 200])
  const known = new PersonClient(gateway)
  for (const [name, value] of owner.cookies) if (name.includes('.device.')) known.cookies.set(name, value)
  const before = counts.hashed
  const wish = { code: await ownerCode(gateway), name: 'Sara', email: 'sara@example.org', password }
  const came = [known.signIn(owner.email), new PersonClient(gateway).ask('POST', '/api/setup', wish)]
  expect((await Promise.all(came)).map(({ status }) => status)).toEqual([200, 201])
  // At most two hashes of the flood came first: one already running, and one started while these were on their way.
  expect(counts.hashed - before).toBeLessThanOrEqual(2)
  await Promise.all(flood)
  expect(counts.hashed + counts.refused).toBe(80)
  expect(counts.refused).toBeGreaterThan(30)
})
