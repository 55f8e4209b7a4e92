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

/** `/ws` takes any token, and the token fixes the kind. */
export const boardPathOf = (kind: Kind | undefined): string =>
  kind === 'pico' || kind === 'esp32cam' ? `/ws/${kind}` : '/ws'

/**
 * Sends a handshake and reads the answer. It offers compression to see that it is declined, and it is a probe: the
 * gateway answers as it would a board, and makes no device of it.
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
