import type { Principal } from '../core/access/access.ts'
import { addressKey } from '../core/address.ts'
import type { Clock } from '../core/clock.ts'
import type { Limits } from '../core/limits.ts'
import type { Accounts } from '../core/people/accounts.ts'
import type { Person } from '../core/people/person.ts'
import { RateLimit } from '../core/rate-limit.ts'
import { StoreFailure } from '../core/store-failure.ts'
import type { FailureCode } from '../errors/errors.ts'
import { isForeign, type OriginRules } from './origin.ts'
import type { ListenerKind } from './tcp/listener-kind.ts'

/** Finds API keys by their secrets. */
export interface KnownKeys {
  identify(secret: string): Principal | 'key_unknown' | 'key_expired'
}

export interface Caller {
  address: string
  listenerKind: ListenerKind
  /** Whether the client's own connection is encrypted, as far as the gateway knows. */
  encrypted: boolean
  /** Whether HTTP Basic is accepted as well: never for changes, as browsers send it by themselves. */
  basic?: boolean
}

/** The caller, by the headers of a request (lower-case names), or the code of the refusal. */
export type Identify = (
  headers: Readonly<Record<string, string | undefined>>,
  caller: Caller,
) => Principal | FailureCode

/**
 * Finds the caller of a request. A request with a known key is never delayed; guesses are limited by address, so that
 * they stay cheap for the gateway. Two failures are worth a retry: `rate_limited`, within `60 / wrongKeysPerMinute`
 * seconds, and `store_unavailable`, where the caller could not be looked up.
 */
export function identifier({
  keys,
  clock,
  config,
  accounts,
}: {
  keys: KnownKeys
  clock: Clock
  config: { publicUrl: string | undefined; limits: Pick<Limits, 'wrongKeysPerMinute' | 'wrongKeyBurst'> }
  accounts: Pick<Accounts, 'presents' | 'session'>
}): Identify {
  const { wrongKeysPerMinute, wrongKeyBurst } = config.limits
  const wrong = new RateLimit(wrongKeysPerMinute, wrongKeyBurst)
  const identify: Identify = (headers, { address, listenerKind, encrypted, basic = true }) => {
    if (listenerKind === 'host') return { type: 'host' }
    const rules = { publicUrl: config.publicUrl, encrypted }
    const presented = presentedKey(headers.authorization, basic)
    if (!presented) {
      if (!accounts.presents(headers.cookie)) return 'key_missing'
      if (isFromElsewhere(headers, rules)) return 'foreign_origin'
      const session = accounts.session(headers.cookie, encrypted)
      return session ? principalOf(session.person) : 'session_missing'
    }
    // Browsers repeat Basic by themselves, also in a WebSocket that another site opens.
    if (presented.byBasic && isForeign(headers, rules)) return 'foreign_origin'
    const principal = keys.identify(presented.key)
    if (typeof principal !== 'string') return principal
    return wrong.take(addressKey(address), clock.ticks()) > 0 ? 'rate_limited' : principal
  }
  return (headers, caller) => {
    try {
      return identify(headers, caller)
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error
      return 'store_unavailable'
    }
  }
}

/**
 * Whether a client that was admitted may go on, by the present answer of `identify`. While the store cannot be read,
 * the last answer holds: a damaged database ends no stream.
 */
export const mayGoOn = (now: Principal | FailureCode, may: (principal: Principal) => boolean): boolean =>
  typeof now === 'string' ? now === 'store_unavailable' : may(now)

export const principalOf = ({ id, name, role, grants }: Person): Principal => ({
  type: 'person',
  id,
  label: name,
  role,
  grants,
})

/**
 * Whether another site's page sent this request with this browser's cookies. A request that changes something is also
 * checked by the guard; a WebSocket is checked here only.
 */
function isFromElsewhere(headers: Readonly<Record<string, string | undefined>>, rules: OriginRules): boolean {
  if (isForeign(headers, rules)) return true
  if (headers.upgrade?.toLowerCase() === 'websocket') return headers.origin === undefined
  return isOtherOrigin(headers['sec-fetch-site']) && headers['sec-fetch-mode'] !== 'navigate'
}

/** Whether `Sec-Fetch-Site` names another origin: a sibling host or another port is "same-site", yet another origin. */
export const isOtherOrigin = (site: string | undefined): boolean => site === 'cross-site' || site === 'same-site'

function presentedKey(
  authorization: string | undefined,
  basic: boolean,
): { key: string; byBasic: boolean } | undefined {
  const [, scheme, value] = /^\s*(bearer|basic)\s+(\S+)\s*$/i.exec(authorization ?? '') ?? []
  if (!scheme || !value) return undefined
  if (scheme.toLowerCase() === 'bearer') return { key: value, byBasic: false }
  if (!basic) return undefined
  const pair = Buffer.from(value, 'base64').toString()
  const key = pair.slice(pair.indexOf(':') + 1)
  return key === '' ? undefined : { key, byBasic: true }
}
