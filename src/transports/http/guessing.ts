import type { AccountsAnswer } from '../../core/access/accounts.ts'
import { addressKey } from '../../core/address.ts'
import { DarvazaError } from '../../errors.ts'
import type { RouteName } from './routes.ts'
import type { Visit } from './visit.ts'

/** Where a guess can be made by somebody who is not in, and where the password is asked for once more. */
export const guessable = new Set<RouteName>([
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

/**
 * Before anything expensive: a password is hashed for as long as it takes to be worth it, and a challenge is a row on
 * the disk. Whoever is in is known by their session, but only for their own account: else it were a way to guess at
 * another's without being slowed down.
 */
export function slowDown({ house, incoming, encrypted, address }: Visit, name: RouteName, { email }: Said): void {
  const { accounts, entries, clock } = house
  const { cookie } = incoming.headers
  const session = accounts.session(cookie, encrypted)
  if (session && !guessable.has(name)) return
  const typed = email?.trim().toLowerCase().slice(0, 254)
  const account = typed ?? (guessable.has(name) ? accounts.awaited(cookie, encrypted) : undefined)
  const isOwn = session && (typed === undefined || typed === session.person.email)
  const ticks = clock.ticks()
  const waitMs = isOwn ? entries.within(session.id, ticks) : entries.enter(addressKey(address), account, ticks)
  if (waitMs > 0) throw new DarvazaError('rate_limited', { retryAfterS: Math.ceil(waitMs / 1000) })
}

/** Whether a code that lets somebody in has done so before. */
export function isReplayed({ house, incoming, encrypted }: Visit, name: RouteName, { code = '' }: Said): boolean {
  const { cookie } = incoming.headers
  if (name !== 'POST /api/auth/two-factor/verify-totp' || house.accounts.session(cookie, encrypted)) return false
  const person = house.accounts.awaited(cookie, encrypted)
  return person !== undefined && !house.usedCodes.use(person, code, house.clock.ticks())
}

/** As the library answers a wrong code. */
export const replayed: AccountsAnswer = {
  status: 401,
  headers: [['content-type', 'application/json']],
  body: '{"code":"INVALID_CODE","message":"Invalid code"}',
}

/** What a body says of itself, for the rules that come before the library looks at it. */
interface Said {
  email?: string
  code?: string
  newPassword?: string
}

/** @throws DarvazaError invalid_json */
export function fieldsOf(body: string | undefined): Said {
  if (!body) return {}
  try {
    const { email, code, newPassword } = JSON.parse(body) as Record<string, unknown>
    return {
      ...(typeof email === 'string' && { email }),
      ...(typeof code === 'string' && { code }),
      ...(typeof newPassword === 'string' && { newPassword }),
    }
  } catch {
    throw new DarvazaError('invalid_json')
  }
}
