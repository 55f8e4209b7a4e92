import type { Context } from 'hono'
import { dayMs, sessionDays, sessionProlongedEveryDays } from '#protocol/durations.ts'
import { entered, invitationAnswer, me, type ProviderLinkView, setup } from '#protocol/people.ts'
import { addressKey } from '../../../core/address.ts'
import { sha256 } from '../../../core/ids.ts'
import type { Person } from '../../../core/people/person.ts'
import { DarvazaError } from '../../../errors/errors.ts'
import { mayHavePasskeys, siteOf } from '../browser-origin.ts'
import { answers, body, type Mount } from '../mount.ts'
import type { HttpEnv, RequestContext } from '../request-context.ts'
import { askAccounts, copyCookies, rememberDevice, sessionOf } from './accounts.ts'
import { personView } from './people.ts'

const tags = ['people']
const responses = { 201: answers(entered, 'Signed in: the answer sets the session’s cookie.') }

/** Routes about sign-in: the current person, the first owner, an invitation. Sign-in itself is in `accounts.ts`. */
export function mountSignIn(mount: Mount): void {
  mount(
    'GET /api/me',
    {
      tags,
      summary: 'Who is signed in',
      description:
        'Without a session’s cookie, `person` is null. With one that is over: 401 session_missing, with the rest beside it.',
      responses: { 200: answers(me, 'You, or nobody.') },
    },
    async c => {
      const { core, accounts, incoming, encrypted } = c.env
      const { people, clock } = core
      const site = siteOf(c.env)
      const facts = {
        links: [] as ProviderLinkView[],
        needsOwner: people.needsOwner(),
        features: { passkeys: mayHavePasskeys(site), oidc: [...accounts.providers] },
      }
      const session = accounts.session(incoming.headers.cookie, encrypted)
      if (!session) {
        accounts.warm()
        // A visitor without a session gets no error status, as a browser would log it as an error.
        if (!accounts.presents(incoming.headers.cookie)) return c.json({ person: null, ...facts }, 200)
        throw new DarvazaError('session_missing', { details: facts })
      }
      if (session.expiresAt - clock.now() < (sessionDays - sessionProlongedEveryDays) * dayMs)
        copyCookies(c as Context, await askAccounts(c.env, 'GET', '/api/auth/get-session'))
      if (accounts.knownDevice(incoming.headers.cookie, encrypted, { id: session.person.id }) === undefined)
        rememberDevice(c as Context<HttpEnv>, session)
      const links = accounts.linksOf(session.person.id).map(({ provider, since }) => ({
        provider,
        name: accounts.providers.find(({ id }) => id === provider)?.name ?? provider,
        since: new Date(since).toISOString(),
      }))
      return c.json({ ...facts, person: personView(session.person), links }, 200)
    },
  )

  mount(
    'POST /api/setup',
    { tags, summary: 'Become an owner, by the one-time link', request: body(setup), responses },
    async c => {
      const wish = c.req.valid('json')
      const { people } = c.env.core
      const isProven = people.opensOwnerLink(wish.code)
      const person = await comeIn(c as Context<HttpEnv>, isProven, wish, () => people.setUp(wish))
      return c.json({ person: personView(person) }, 201)
    },
  )

  mount(
    'POST /api/invite',
    { tags, summary: 'Accept an invitation', request: body(invitationAnswer), responses },
    async c => {
      const wish = c.req.valid('json')
      const { people } = c.env.core
      const isProven = people.opensInvitation(wish.code)
      const person = await comeIn(c as Context<HttpEnv>, isProven, wish, () => people.accept(wish))
      return c.json({ person: personView(person) }, 201)
    },
  )
}

/**
 * Makes the account and signs in to it. A valid code is a secret of 256 bits, and is never slowed down; a wrong code
 * counts against the client's address, and is answered without hashing the password.
 */
async function comeIn(
  c: Context<HttpEnv>,
  isProven: boolean,
  { code, password }: { code: string; password: string },
  make: () => Promise<Person>,
): Promise<Person> {
  const enter = async () => {
    const person = await make()
    await signIn(c, person.email, password)
    return person
  }
  if (isProven) return await c.env.http.signIn.hashing.run({ rank: 'proven', place: sha256(code) }, enter)
  slowDown(c.env)
  return await enter()
}

function slowDown({ core, accounts, http, incoming, encrypted, address }: RequestContext): void {
  const device = accounts.knownDevice(incoming.headers.cookie, encrypted)
  const wait = http.signIn.limits.enter(
    { address: addressKey(address), device, account: undefined },
    core.clock.ticks(),
  )
  if (wait) throw new DarvazaError(wait.code, { retryAfterS: Math.ceil(wait.waitMs / 1000) })
}

async function signIn(c: Context<HttpEnv>, email: string, password: string): Promise<void> {
  const answer = await askAccounts(c.env, 'POST', '/api/auth/sign-in/email', JSON.stringify({ email, password }))
  const session = answer.status === 200 ? sessionOf(c.env, answer) : undefined
  if (!session) throw new Error(`a new account could not sign in: ${answer.status}`)
  copyCookies(c, answer)
  rememberDevice(c, session)
}
