import type { Principal } from '../../core/access/access.ts'
import { addressKey } from '../../core/address.ts'
import { RateLimit } from '../../core/rate-limit.ts'
import type { FailureCode } from '../../errors.ts'
import type { Entrance } from '../entrance.ts'
import { isForeign } from './origin.ts'
import type { HttpParts } from './parts.ts'

export interface Caller {
  address: string
  entrance: Entrance
  /** Whether HTTP Basic serves as well. Browsers send it by themselves, so never where something is changed. */
  basic?: boolean
}

/** Who asks, by the headers of a request (lower-case names), or the code of the refusal. */
export type Identify = (
  headers: Readonly<Record<string, string | undefined>>,
  caller: Caller,
) => Principal | FailureCode

/**
 * Finds out who asks. A key that is known is never held up; guesses are, by address, so that they stay cheap for us.
 * Of what fails only `rate_limited` is worth a retry, within `60 / wrongKeysPerMinute` seconds.
 */
export function identifier({ keys, clock, config }: Pick<HttpParts, 'keys' | 'clock' | 'config'>): Identify {
  const { wrongKeysPerMinute, wrongKeyBurst } = config.limits
  const wrong = new RateLimit(wrongKeysPerMinute, wrongKeyBurst)
  return (headers, { address, entrance, basic = true }) => {
    if (entrance === 'host') return { type: 'host' }
    const presented = presentedKey(headers.authorization, basic)
    if (!presented) return 'key_missing'
    // Browsers repeat Basic by themselves, also in a WebSocket that another site opens.
    if (presented.byBasic && isForeign(headers, config.publicUrl)) return 'foreign_origin'
    const principal = keys.identify(presented.key)
    if (typeof principal !== 'string') return principal
    return wrong.take(addressKey(address), clock.ticks()) > 0 ? 'rate_limited' : principal
  }
}

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
