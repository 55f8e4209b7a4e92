import type { IncomingMessage } from 'node:http'

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

export type Presented = { token: string | undefined; problem?: 'token_malformed'; byProtocol?: boolean }

/**
 * The token a handshake presents: in `Authorization: Bearer <token>`, or for clients that cannot set headers in
 * `Sec-WebSocket-Protocol: darvaza.bearer, <token>`. Tokens are opaque and may hold `:` `@` `\`; white space around is trimmed.
 */
export function presentedToken(headers: Readonly<Record<string, string>>): Presented {
  const authorization = headers.authorization
  if (authorization !== undefined && authorization.trim() !== '') {
    const match = /^\s*bearer\s+(\S(?:.*\S)?)\s*$/i.exec(authorization)
    const token = match?.[1]
    if (token === undefined || /^bearer(\s|$)/i.test(token) || /^(["']).*\1$/.test(token))
      return { token: undefined, problem: 'token_malformed' }
    return { token }
  }
  const protocols = headers['sec-websocket-protocol']?.split(',').map(protocol => protocol.trim())
  if (protocols?.[0] === 'darvaza.bearer' && protocols[1]) return { token: protocols[1], byProtocol: true }
  return { token: undefined }
}

/** A header as one short line of plain text, for the eyes of people. */
export const shortHeader = (value: string | undefined, most = 128): string | undefined => {
  const text = value
    ?.trim()
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, most)
  return text === '' ? undefined : text
}

export const isUpgrade = (request: IncomingMessage): boolean => /websocket/i.test(request.headers.upgrade ?? '')
