import type { Limits } from '../../core/limits.ts'
import type { FailureCode } from '../../errors/errors.ts'
import type { RequestHead } from './request-head.ts'

/** Which limit a request exceeds. */
export type Excess = FailureCode & ('path_too_long' | 'too_many_headers' | 'token_too_long')

export type RequestLimits = Pick<Limits, 'tokenCharacters' | 'pathBytes' | 'headerNames'>

/**
 * Checks the size of a request's parts before other code reads them, for handshakes and HTTP alike. Undefined when no
 * limit is exceeded, which for nearly all requests the lengths of their headers alone show. Lines that repeat a name
 * are not counted: some firmware adds its own again at every reconnect (field rule 2).
 */
export function excessOf({ url = '', rawHeaders }: RequestHead, limits: RequestLimits): Excess | undefined {
  if (url.length > limits.pathBytes) return 'path_too_long'
  if (rawHeaders.length / 2 > limits.headerNames && hasMoreNames(rawHeaders, limits.headerNames))
    return 'too_many_headers'
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const value = rawHeaders[at + 1]!
    if (value.length > limits.tokenCharacters && presentsLongToken(rawHeaders[at]!, value, limits.tokenCharacters))
      return 'token_too_long'
  }
  return undefined
}

/** The language for the refusal of a request that exceeds a limit, searched in its first headers only. */
export function languageIn({ rawHeaders }: RequestHead): string | undefined {
  const most = Math.min(rawHeaders.length, 2 * namesLookedAt)
  for (let at = 0; at < most; at += 2)
    if (rawHeaders[at]!.toLowerCase() === 'accept-language') return rawHeaders[at + 1]
  return undefined
}

/** Clients write their languages among their first headers. */
const namesLookedAt = 40

function hasMoreNames(rawHeaders: readonly string[], most: number): boolean {
  // Names are compared as written: firmware that repeats its headers always writes them alike.
  const spellings = new Set<string>()
  const names = new Set<string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (spellings.has(rawHeaders[at]!)) continue
    spellings.add(rawHeaders[at]!)
    if (names.add(rawHeaders[at]!.toLowerCase()).size > most) return true
  }
  return false
}

/** Room for the scheme of `Authorization`, and for the separator of a list that a proxy made of repeated headers. */
const schemeCharacters = 64

/** Whether a long header holds a token that is longer than `most`. Reads only that much of the header. */
function presentsLongToken(name: string, value: string, most: number): boolean {
  switch (name.toLowerCase()) {
    case 'authorization': {
      const beginning = value.slice(0, most + schemeCharacters)
      const token = beginning.slice(beginning.search(/\s\S/) + 1)
      return token.length > most && !/,\s*bearer\s/i.test(beginning)
    }
    case 'sec-websocket-protocol': {
      const [carrier = '', token = ''] = value.split(',', 2)
      return carrier.trim() === 'darvaza.bearer' && token.trim().length > most
    }
    case 'cookie':
      return hasLongCookie(value, most)
    default:
      return false
  }
}

/** Only the gateway's own cookies are limited: those of other services under the same host name may have any length. */
const ownCookies = 'darvaza.'

function hasLongCookie(cookies: string, most: number): boolean {
  for (let at = cookies.indexOf(ownCookies); at >= 0; at = cookies.indexOf(ownCookies, at + 1)) {
    const end = cookies.indexOf(';', at)
    if ((end < 0 ? cookies.length : end) - at > most) return true
    if (end < 0) return false
    at = end
  }
  return false
}
