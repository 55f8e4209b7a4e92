import { probeHeaderLine } from '#protocol/headers.ts'
import type { Kind } from '#protocol/kinds.ts'
import { programRequest, randomKey } from '../../simulator/handshake.ts'
import type { Patience, Route } from '../../simulator/open-socket.ts'
import { ask, type HttpAnswer } from './http-client.ts'

export interface CheckHandshake {
  /** A board endpoint: `/ws/pico` and its like. */
  path: string
  token?: string | undefined
  /** `Sec-WebSocket-Key`; a new one unless given. */
  key?: string
}

/** `/ws` accepts any token, and the token determines the kind. */
export const boardPathOf = (kind: Kind | undefined): string =>
  kind === 'pico' || kind === 'esp32cam' ? `/ws/${kind}` : '/ws'

/**
 * Sends a handshake and reads the answer. The handshake offers compression, which the gateway must decline, and is a
 * probe: the gateway answers as to a board, but adds no device.
 */
export async function sendHandshake(
  route: Route,
  { path, token, key = randomKey() }: CheckHandshake,
  patience: Patience,
): Promise<{ answer: HttpAnswer; key: string }> {
  const lines = [...programRequest(route.target, path, key), probeHeaderLine]
  if (token !== undefined) lines.push(`Authorization: Bearer ${token}`)
  return { answer: await ask(route, `${lines.join('\r\n')}\r\n\r\n`, patience), key }
}
