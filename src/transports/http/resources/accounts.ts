import type { Context } from 'hono'
import { accountAddressHeader } from '#protocol/headers.ts'
import { type AccountsAnswer, mustBeStrong, type ProviderLink } from '../../../core/people/accounts.ts'
import type { PersonSession } from '../../../core/people/person.ts'
import { type RouteName, routeNames } from '../../access-table.ts'
import { siteOf } from '../browser-origin.ts'
import type { Mount } from '../mount.ts'
import type { HttpEnv, RequestContext } from '../request-context.ts'
import { fieldsOf, guessableRoutes, inTurn, isReplayed, replayed, slowDown } from './sign-in-guesses.ts'

/**
 * Headers of a browser's request that the accounts library reads. The gateway adds the address itself and drops any
 * that the browser sent.
 */
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
/**
 * The most characters of one such header; a longer one is not passed on. The cookies that a browser keeps for one host
 * name take no more.
 */
const mostHeader = 16 * 1024

/** The accounts library's routes: only those in the access table. */
export function mountAccounts(mount: Mount): void {
  for (const name of routeNames.filter(route => route.includes(' /api/auth/'))) {
    mount(
      name as 'GET /api/auth/get-session',
      {
        tags: ['accounts'],
        summary: `Better Auth: ${name.slice(name.indexOf('/api/auth/') + 10)}`,
        responses: { 200: { description: 'As Better Auth answers it.' } },
      },
      c => answer(c, name),
    )
  }
}

async function answer(c: Context<HttpEnv>, name: RouteName): Promise<Response> {
  const body = c.req.method === 'POST' ? await c.req.text() : undefined
  const fields = fieldsOf(body)
  const device = slowDown(c.env, name, fields)
  if (name === 'POST /api/auth/change-password' && fields.newPassword !== undefined) mustBeStrong(fields.newPassword)
  // Passes on the table's own path instead of the typed one, as the library parses paths in its own way.
  const path = name.slice(name.indexOf('/')).replace('{provider}', encodeURIComponent(c.req.param('provider') ?? ''))
  const reply = isReplayed(c.env, name, fields)
    ? replayed
    : await inTurn(c.env, name, device, () => askAccounts(c.env, c.req.method, path + new URL(c.req.url).search, body))
  writeDown(c.env, name, reply)
  for (const [header, value] of reply.headers)
    if (/^(content-type|location|set-auth-.*)$/i.test(header)) c.header(header, value)
  copyCookies(c, reply)
  keepDevice(c, name, reply)
  return c.body(reply.body, reply.status as 200)
}

/** Builds the request to the accounts library as this visitor's browser would send it. */
export function askAccounts(
  context: RequestContext,
  method: string,
  target: string,
  body?: string,
): Promise<AccountsAnswer> {
  const { accounts, incoming, address } = context
  const headers = passedOn.flatMap((name): [string, string][] => {
    const value = incoming.headers[name]
    return typeof value === 'string' && value.length <= mostHeader ? [[name, value]] : []
  })
  return accounts.handle({
    site: siteOf(context),
    method,
    target,
    headers: [
      ...headers,
      [accountAddressHeader, address],
      // Replaces the type that the client declared, as only JSON bodies get this far.
      ...(body ? [['content-type', 'application/json'] as [string, string]] : []),
    ],
    body: body || undefined,
  })
}

export function copyCookies(c: Context, { headers }: AccountsAnswer): void {
  for (const [name, value] of headers) if (name === 'set-cookie') c.header('Set-Cookie', value, { append: true })
}

/** Routes by which a person ends other sessions or changes the password: the other devices stop being known ones. */
const endsDevices = new Set<RouteName>([
  'POST /api/auth/change-password',
  'POST /api/auth/revoke-session',
  'POST /api/auth/revoke-sessions',
  'POST /api/auth/revoke-other-sessions',
])

/** Makes the browser that has just signed in a known device, and ends the others where the request demands it. */
function keepDevice(c: Context<HttpEnv>, name: RouteName, reply: AccountsAnswer): void {
  const { accounts, incoming, encrypted } = c.env
  const begun = sessionOf(c.env, reply)
  const session = begun ?? accounts.session(incoming.headers.cookie, encrypted)
  const ends = endsDevices.has(name) && reply.status === 200
  if (ends && session) accounts.endDevices(session.person.id)
  if (begun || ends) rememberDevice(c, session)
}

/** Sets the cookie by which this browser is known as a device of the session's account from now on. */
export function rememberDevice(c: Context<HttpEnv>, session: PersonSession | undefined): void {
  if (!session) return
  const cookie = c.env.accounts.deviceCookie(session, siteOf(c.env).startsWith('https:'))
  c.header('Set-Cookie', cookie, { append: true })
}

/** The session that an answer begins. */
export function sessionOf({ accounts }: RequestContext, { headers }: AccountsAnswer): PersonSession | undefined {
  const cookies = headers.filter(([header]) => header === 'set-cookie').map(([, value]) => value.split(';')[0]!)
  return cookies.length === 0 ? undefined : accounts.session(cookies.join('; '), false)
}

/** Records sign-ins and failed sign-ins in the journal, with the address and never with the typed input. */
function writeDown(context: RequestContext, name: RouteName, reply: AccountsAnswer): void {
  const session = sessionOf(context, reply)
  const { address } = context
  const { journal } = context.core
  if (reply.link && (session || reply.link.refused)) writeDownLink(context, reply.link)
  const isSignIn = guessableRoutes.has(name) || name.includes('/callback/')
  if (session && isSignIn && name !== 'POST /api/auth/change-password') {
    const { person } = session
    journal.note({
      kind: 'act',
      address,
      data: { act: 'session.start', by: person.name, person: person.id },
    })
  } else if (guessableRoutes.has(name) && reply.status >= 400) {
    journal.note({
      kind: 'refusal',
      address,
      data: { code: codeOf(reply), route: name },
    })
  }
}

/**
 * Records that a provider's account was linked to a person by its verified address, or that the link was refused, as
 * the person did not request it.
 */
function writeDownLink(
  { core, accounts, address }: RequestContext,
  { personId, provider, refused }: ProviderLink,
): void {
  const person = core.people.find(personId)
  if (!person) return
  const { name } = accounts.providers.find(({ id }) => id === provider) ?? { name: provider }
  const facts = { person: personId, name: person.name, provider, providerName: name }
  core.journal.note(
    refused
      ? {
          kind: 'gateway',
          address,
          data: { event: 'provider_changed', ...facts },
        }
      : {
          kind: 'act',
          address,
          data: { act: 'person.link', by: person.name, byId: personId, ...facts },
        },
  )
}

function codeOf({ body, status }: AccountsAnswer): string {
  const code = /"code":"([A-Z_]{1,64})"/.exec(body)?.[1]
  return code?.toLowerCase() ?? String(status)
}
