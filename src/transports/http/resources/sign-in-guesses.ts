import { addressKey } from '../../../core/address.ts'
import { sha256 } from '../../../core/ids.ts'
import type { AccountsAnswer } from '../../../core/people/accounts.ts'
import type { HashingTurn } from '../../../core/people/hashing-queue.ts'
import { DarvazaError } from '../../../errors/errors.ts'
import type { RouteName } from '../../access-table.ts'
import type { RequestContext } from '../request-context.ts'

/** Routes that check a password or another proof, which can be guessed: at sign-in, or to confirm an act. */
export const guessableRoutes = new Set<RouteName>([
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

/** Routes that hash a password: only these wait in the queue. */
const hashing = new Set<RouteName>([
  'POST /api/auth/sign-in/email',
  'POST /api/auth/change-password',
  'POST /api/auth/two-factor/enable',
  'POST /api/auth/two-factor/disable',
  'POST /api/auth/two-factor/generate-backup-codes',
])

/**
 * Runs `work`, in turn through the queue where the route hashes a password.
 * @throws DarvazaError sign_in_busy
 */
export function inTurn<T>(
  context: RequestContext,
  name: RouteName,
  device: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  return hashing.has(name) ? context.http.signIn.hashing.run(turnOf(context, device), work) : work()
}

/** The place of a request in the queue: by its known device, or else by its address. */
export const turnOf = ({ address, outgoing }: RequestContext, device: string | undefined): HashingTurn => ({
  rank: device === undefined ? 'unknown' : 'known',
  place: device ?? addressKey(address),
  isGone: () => outgoing.destroyed,
})

/**
 * Slows guesses down before anything expensive runs: hashing a password is slow on purpose, and a challenge is a row on
 * the disk. A session counts as a known device, but only for its own account: else it would be a way to guess at
 * another account's password without being slowed down. Returns the known device that sent the request, if it is one.
 * @throws DarvazaError rate_limited, sign_in_paused
 */
export function slowDown(context: RequestContext, name: RouteName, { email }: Said): string | undefined {
  const { core, accounts, http, incoming, encrypted, address } = context
  const { cookie } = incoming.headers
  const session = accounts.session(cookie, encrypted)
  if (session && !guessableRoutes.has(name)) return undefined
  const typed = email?.trim().toLowerCase()
  const isOwn = session && (typed === undefined || typed === session.person.email)
  const awaited = isOwn || !guessableRoutes.has(name) ? undefined : accounts.awaited(cookie, encrypted)
  const device = isOwn ? session.id : accounts.knownDevice(cookie, encrypted, whoseOf(typed, awaited))
  const account = accountOf(isOwn ? session.person.email : typed, awaited)
  const wait = http.signIn.limits.enter({ address: addressKey(address), device, account }, core.clock.ticks())
  if (!wait) return device
  if (wait.code === 'sign_in_paused' && typed !== undefined) notePause(context, typed)
  throw new DarvazaError(wait.code, { retryAfterS: Math.ceil(wait.waitMs / 1000) })
}

const whoseOf = (email: string | undefined, personId: string | undefined) => ({
  ...(email !== undefined && { email }),
  ...(email === undefined && personId !== undefined && { id: personId }),
})

/**
 * The key of an account's budget. Second factors have a budget of their own, which only a right password reaches. The
 * key is a hash, as the typed input may be long and the budgets keep their keys.
 */
function accountOf(email: string | undefined, awaited: string | undefined): string | undefined {
  if (email !== undefined) return sha256(email)
  return awaited === undefined ? undefined : sha256(`second factor ${awaited}`)
}

/** Records, at most once an hour, that a person's password is being guessed. */
function notePause({ core, http, address }: RequestContext, email: string): void {
  const person = core.people.find(email)
  if (!person || http.signIn.pauseRows.take(person.id, core.clock.ticks()) > 0) return
  core.journal.note({
    kind: 'gateway',
    address,
    data: { event: 'sign_in_paused', person: person.id, name: person.name },
  })
}

/** Whether this second-factor code has been used for a sign-in before. */
export function isReplayed(
  { core, accounts, http, incoming, encrypted }: RequestContext,
  name: RouteName,
  { code = '' }: Said,
): boolean {
  const { cookie } = incoming.headers
  if (name !== 'POST /api/auth/two-factor/verify-totp' || accounts.session(cookie, encrypted)) return false
  const person = accounts.awaited(cookie, encrypted)
  return person !== undefined && !http.signIn.usedCodes.use(person, code, core.clock.ticks())
}

/** The same answer that the library gives to a wrong code. */
export const replayed: AccountsAnswer = {
  status: 401,
  headers: [['content-type', 'application/json']],
  body: '{"code":"INVALID_CODE","message":"Invalid code"}',
}

/** The fields of a body that the limits need before the library reads it. */
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
