import { ownCopy, ownStart } from '../../core/own-copy.ts'

/**
 * First value of each header, lower-case names. A repeated header counts once: some firmware adds its own again at each
 * reconnect. Only `X-Forwarded-For` is one list over all its lines, as some proxies add theirs below a forged one.
 */
export function firstHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase()
    const before = headers[name]
    if (before === undefined) headers[name] = rawHeaders[index + 1]!
    else if (name === 'x-forwarded-for') headers[name] = `${before}, ${rawHeaders[index + 1]}`
  }
  return headers
}

/** Characters of `Authorization` that are read: a scheme, the longest possible token, and the separator behind it. */
const mostAuthorization = 2 * 1024

export interface Presented {
  token?: string
  problem?: 'token_malformed'
  /** The presented text, well-formed or not: to be removed from everything that is written down. */
  secret?: string
}

/**
 * The token a handshake presents: in `Authorization: Bearer <token>`, or for clients that cannot set headers in
 * `Sec-WebSocket-Protocol: darvaza.bearer, <token>`. Tokens are opaque and may hold `:` `@` `\`; white space around
 * is trimmed.
 */
export function presentedToken(headers: Readonly<Record<string, string>>): Presented {
  // Longer tokens were refused before. Where a proxy has joined several values, the first one counts.
  const authorization = headers.authorization?.slice(0, mostAuthorization).trim()
  if (authorization) {
    // A proxy that joins repeated headers makes `Bearer T, Bearer T` of them.
    const [, token] = /^bearer\s+(\S.*)$/i.exec(authorization.split(/,\s*bearer\s/i)[0]!) ?? []
    if (token === undefined || /^bearer(\s|$)/i.test(token) || /^(["']).*\1$/.test(token)) {
      // The secret is the last word, whatever precedes it.
      const secret = authorization
        .split(/\s+/)
        .at(-1)!
        .replaceAll(/^["']|["']$/g, '')
      return { problem: 'token_malformed', secret }
    }
    return presented(token, headers.authorization!)
  }
  const [carrier, token] = headers['sec-websocket-protocol']?.split(',', 2).map(protocol => protocol.trim()) ?? []
  if (carrier !== 'darvaza.bearer' || !token) return {}
  return presented(token, headers['sec-websocket-protocol']!)
}

/** Up to this length, a whole header may stay in memory with the token that is cut from it. */
const mostKept = 256

/** A token is kept while its connection is open. It is copied out of a long `header`, which would be kept with it. */
function presented(token: string, header: string): Presented {
  const own = header.length > mostKept ? ownCopy(token) : token
  return { token: own, secret: own }
}

/** A header as one short line of plain text, for people to read. */
export const shortHeader = (value: string | undefined, most = 128): string | undefined => {
  if (value === undefined) return undefined
  // Cut first, so that the rest of a header of a megabyte is neither processed nor kept.
  const start = value.length > most ? ownStart(value.trim(), most) : value.trim()
  const text = start.replaceAll(/[^\x20-\x7e]/g, '?')
  return text === '' ? undefined : text
}

/** Chooses the subprotocol that carries a token, or else the first one, as some clients insist on an answer. */
export const chosenProtocol = (offered: readonly string[]): string | false =>
  offered.includes('darvaza.bearer') ? 'darvaza.bearer' : (offered[0] ?? false)
