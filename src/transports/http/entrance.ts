import type { Context } from 'hono'
import { addressKey } from '../../core/address.ts'
import { DarvazaError } from '../../errors.ts'
import { entered, invitationAnswer, me, setup } from '../../protocol/people.ts'
import { askAccounts, copyCookies } from './accounts.ts'
import { answers, body, type Mount } from './mount.ts'
import { personView } from './people.ts'
import { mayHavePasskeys, siteOf } from './site.ts'
import type { HttpEnv } from './visit.ts'

const tags = ['people']
const responses = { 201: answers(entered, 'Signed in: the answer sets the session’s cookie.') }

/** A session is prolonged once a day, when its owner comes by. */
const prolongedEveryMs = 86_400_000
const sessionMs = 30 * 86_400_000

/** How people come in: who am I, the first owner, an invitation. Sign-in itself is in `accounts.ts`. */
export function mountEntrance(mount: Mount): void {
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
      const { house, incoming, encrypted } = c.env
      const { accounts, people, clock } = house
      const site = siteOf(c.env)
      const facts = {
        needsOwner: people.needsOwner(),
        features: { passkeys: mayHavePasskeys(site), oidc: [...accounts.providers] },
      }
      const session = accounts.session(incoming.headers.cookie, encrypted)
      if (!session) {
        accounts.warm()
        // Whoever has never been here is no failure: a browser would show one as such.
        if (!accounts.presents(incoming.headers.cookie)) return c.json({ person: null, ...facts }, 200)
        throw new DarvazaError('session_missing', { details: facts })
      }
      if (session.expiresAt - clock.now() < sessionMs - prolongedEveryMs)
        copyCookies(c as Context, await askAccounts(c.env, 'GET', '/api/auth/get-session'))
      return c.json({ person: personView(session.person), ...facts }, 200)
    },
  )

  mount(
    'POST /api/setup',
    { tags, summary: 'Become an owner, by the one-time link', request: body(setup), responses },
    async c => {
      slowDown(c as Context<HttpEnv>)
      const wish = c.req.valid('json')
      const person = await c.env.house.people.setUp(wish)
      await signIn(c as Context<HttpEnv>, person.email, wish.password)
      return c.json({ person: personView(person) }, 201)
    },
  )

  mount(
    'POST /api/invite',
    { tags, summary: 'Accept an invitation', request: body(invitationAnswer), responses },
    async c => {
      slowDown(c as Context<HttpEnv>)
      const answer = c.req.valid('json')
      const person = await c.env.house.people.accept(answer)
      await signIn(c as Context<HttpEnv>, person.email, answer.password)
      return c.json({ person: personView(person) }, 201)
    },
  )
}

function slowDown({ env: { house, address } }: Context<HttpEnv>): void {
  const waitMs = house.entries.enter(addressKey(address), undefined, house.clock.ticks())
  if (waitMs > 0) throw new DarvazaError('rate_limited', { retryAfterS: Math.ceil(waitMs / 1000) })
}

async function signIn(c: Context<HttpEnv>, email: string, password: string): Promise<void> {
  const answer = await askAccounts(c.env, 'POST', '/api/auth/sign-in/email', JSON.stringify({ email, password }))
  if (answer.status !== 200) throw new Error(`a new account could not sign in: ${answer.status}`)
  copyCookies(c, answer)
}
