import type { Context } from 'hono'
import { type AccountsAnswer, mustBeStrong } from '../../core/access/accounts.ts'
import { fieldsOf, guessable, isReplayed, replayed, slowDown } from './guessing.ts'
import type { Mount } from './mount.ts'
import { type RouteName, routeNames } from './routes.ts'
import { siteOf } from './site.ts'
import type { HttpEnv, Visit } from './visit.ts'

/** Headers of a browser that the accounts look at. The address is added by us, whatever a browser says of it. */
const passedOn = [
  'accept',
  'accept-language',
  'cookie',
  'origin',
  'referer',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'user-agent',
]
const addressHeader = 'x-darvaza-address'

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
  const said = fieldsOf(body)
  slowDown(c.env, name, said)
  if (name === 'POST /api/auth/change-password' && said.newPassword !== undefined) mustBeStrong(said.newPassword)
  // The table's own path, not the one that was typed: the library reads paths in its own way.
  const path = name.slice(name.indexOf('/')).replace('{provider}', encodeURIComponent(c.req.param('provider') ?? ''))
  const reply = isReplayed(c.env, name, said)
    ? replayed
    : await askAccounts(c.env, c.req.method, path + new URL(c.req.url).search, body)
  writeDown(c.env, name, reply)
  for (const [header, value] of reply.headers)
    if (/^(content-type|location|set-auth-.*)$/i.test(header)) c.header(header, value)
  copyCookies(c, reply)
  return c.body(reply.body, reply.status as 200)
}

/** Asks the accounts as this visitor's browser would. */
export function askAccounts(visit: Visit, method: string, target: string, body?: string): Promise<AccountsAnswer> {
  const { house, incoming, address } = visit
  const headers = passedOn.flatMap((name): [string, string][] => {
    const value = incoming.headers[name]
    return typeof value === 'string' ? [[name, value]] : []
  })
  return house.accounts.handle({
    site: siteOf(visit),
    method,
    target,
    headers: [
      ...headers,
      [addressHeader, address],
      // Whatever it was called on the way: nothing but JSON gets this far.
      ...(body ? [['content-type', 'application/json'] as [string, string]] : []),
    ],
    body: body || undefined,
  })
}

export function copyCookies(c: Context, { headers }: AccountsAnswer): void {
  for (const [name, value] of headers) if (name === 'set-cookie') c.header('Set-Cookie', value, { append: true })
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
      data: { act: 'session.start', by: person.name, person: person.id },
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
