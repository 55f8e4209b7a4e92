import { createHash, randomBytes } from 'node:crypto'
import { probeHeaderLine } from '../../protocol/headers.ts'
import type { Kind } from '../../protocol/kinds.ts'
import { ask, type HttpAnswer, hostOf } from './http-client.ts'
import type { Patience, Route } from './open-socket.ts'

export interface CheckHandshake {
  /** The door: `/ws/pico` and its like. */
  path: string
  token?: string | undefined
  /** `Sec-WebSocket-Key`; a new one unless given. */
  key?: string
}

/** `/ws` takes any token, and the token fixes the kind. */
export const boardPathOf = (kind: Kind | undefined): string =>
  kind === 'pico' || kind === 'esp32cam' ? `/ws/${kind}` : '/ws'

/**
 * The request, byte for byte. It offers compression, as Python's websockets and wscat do, to see that it is declined,
 * and it is a probe: the gateway answers as it would a board, and makes no device of it.
 */
export function handshakeRequest(route: Route, handshake: CheckHandshake, key: string): string {
  const lines = [
    `GET ${route.target.path(handshake.path)} HTTP/1.1`,
    `Host: ${hostOf(route)}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Extensions: permessage-deflate',
    'User-Agent: darvaza-check',
    probeHeaderLine,
  ]
  if (handshake.token !== undefined) lines.push(`Authorization: Bearer ${handshake.token}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

export async function sendHandshake(
  route: Route,
  handshake: CheckHandshake,
  patience: Patience,
): Promise<{ answer: HttpAnswer; key: string }> {
  const key = handshake.key ?? randomBytes(16).toString('base64')
  return { answer: await ask(route, handshakeRequest(route, handshake, key), patience), key }
}

/** RFC 6455, section 1.3. */
export const acceptFor = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
