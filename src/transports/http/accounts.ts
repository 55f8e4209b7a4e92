import type { Context } from 'hono'
import type { AccountsAnswer } from '../../core/access/accounts.ts'
import { addressKey } from '../../core/address.ts'
import { DarvazaError } from '../../errors.ts'
import type { Mount } from './mount.ts'
import { type RouteName, routeNames } from './routes.ts'
import { siteOf } from './site.ts'
import type { HttpEnv, Visit } from './visit.ts'

/** Headers of a browser that the accounts look at. The address is added by us, whatever a browser says of it. */
const passedOn = [
  'accept',
  'accept-language',
  'content-type',
  'cookie',
  'origin',
  'referer',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'user-agent',
]
const addressHeader = 'x-darvaza-address'

/** Where a guess can be made by somebody who is not in, and where the password is asked for once more. */
const guessable = new Set<RouteName>([
  'POST /api/auth/sign-in/email',
  'POST /api/auth/sign-in/social',
  'POST /api/auth/two-factor/verify-totp',
  'POST /api/auth/two-factor/verify-backup-code',
  'POST /api/auth/passkey/verify-authentication',
  'POST /api/auth/change-password',
  'POST /api/auth/two-factor/enable',
  'POST /api/auth/two-factor/disable',
  'POST /api/auth/two-factor/generate-backup-codes',
])

/** The accounts' own routes: those of the access table, and no other of the library's. */
export function mountAccounts(mount: Mount): void {
  for (const name of routeNames.filter(route => route.includes(' /api/auth/'))) {
    mount(
      name as 'GET /api/auth/get-session',
      {
        tags: ['accounts'],
        summary: `Better Auth: ${name.slice(name.indexOf('/api/auth/') + 10)}`,
        responses: { 200: { description: 'As Better Auth answers it.' } },
      },
      c => answer(c as Context<HttpEnv>, name) as never,
    )
  }
}

async function answer(c: Context<HttpEnv>, name: RouteName): Promise<Response> {
  const body = c.req.method === 'POST' ? await c.req.text() : undefined
  if (guessable.has(name)) slowDown(c.env, body)
  const url = new URL(c.req.url)
  const reply = await askAccounts(c.env, c.req.method, url.pathname + url.search, body)
  writeDown(c.env, name, reply)
  for (const [header, value] of reply.headers)
    if (/^(content-type|location|set-auth-.*)$/i.test(header)) c.header(header, value)
  copyCookies(c, reply)
  return c.body(reply.body, reply.status as 200)
}

/** Asks the accounts as this visitor's browser would. */
export function askAccounts(
  { house, incoming, entrance, address }: Visit,
  method: string,
  target: string,
  body?: string,
): Promise<AccountsAnswer> {
  const headers = passedOn.flatMap((name): [string, string][] => {
    const value = incoming.headers[name]
    return typeof value === 'string' ? [[name, value]] : []
  })
  const site = siteOf(incoming, entrance, { publicUrl: house.config.publicUrl, proxies: house.proxies })
  const isJson = body !== undefined && !headers.some(([name]) => name === 'content-type')
  return house.accounts.handle({
    site,
    method,
    target,
    headers: [
      ...headers,
      [addressHeader, address],
      ...(isJson ? [['content-type', 'application/json'] as [string, string]] : []),
    ],
    body,
  })
}

export function copyCookies(c: Context, { headers }: AccountsAnswer): void {
  for (const [name, value] of headers) if (name === 'set-cookie') c.header('Set-Cookie', value, { append: true })
}

/** Before anything expensive: a password is hashed for as long as it takes to be worth it. */
function slowDown({ house, incoming, entrance, address }: Visit, body: string | undefined): void {
  const { accounts, entries, clock } = house
  const { cookie } = incoming.headers
  const session = accounts.session(cookie, entrance === 'tls')
  const ticks = clock.ticks()
  const waitMs = session
    ? entries.within(session.id, ticks)
    : entries.enter(addressKey(address), accountOf(body, cookie), ticks)
  if (waitMs > 0) throw new DarvazaError('rate_limited', { retryAfterS: Math.ceil(waitMs / 1000) })
}

/** Whose account is knocked at: by the address they type, or by the half-open sign-in they carry. */
function accountOf(body: string | undefined, cookie: string | undefined): string | undefined {
  try {
    const { email } = JSON.parse(body ?? '{}') as { email?: unknown }
    if (typeof email === 'string') return email.trim().toLowerCase().slice(0, 254)
  } catch {}
  return /darvaza\.two_factor=([^;]{1,200})/.exec(cookie ?? '')?.[1]
}

/** Coming in and failing to is written down, with the address and never with what was typed. */
function writeDown({ house, address }: Visit, name: RouteName, reply: AccountsAnswer): void {
  const cookies = reply.headers.filter(([header]) => header === 'set-cookie').map(([, value]) => value.split(';')[0]!)
  const session = house.accounts.session(cookies.join('; '), false)
  const { journal } = house
  const isSignIn = guessable.has(name) || name.includes('/callback/')
  if (session && isSignIn && name !== 'POST /api/auth/change-password') {
    const { person } = session
    journal.note({
      kind: 'act',
      address,
      text: `${person.name} signed in`,
      data: { act: 'session.start', person: person.id },
    })
  } else if (guessable.has(name) && reply.status >= 400) {
    journal.note({
      kind: 'refusal',
      address,
      text: `refused at ${name}: ${codeOf(reply)}`,
      data: { code: codeOf(reply), route: name },
    })
  }
}

function codeOf({ body, status }: AccountsAnswer): string {
  const code = /"code":"([A-Z_]{1,64})"/.exec(body)?.[1]
  return code?.toLowerCase() ?? String(status)
}
