import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { deviceIdHeader, deviceTypeHeader, deviceVersionHeader } from '#protocol/headers.ts'
import { type Kind, kindOfDeviceType } from '#protocol/kinds.ts'
import { withoutTrailingSlashes } from '#protocol/paths.ts'
import { isLoopback } from '../../core/address.ts'
import type { Arrival } from '../../core/arrival.ts'
import { type Library, libraryOf } from '../../core/diagnosis/library.ts'
import { sha256 } from '../../core/ids.ts'
import { redact } from '../../core/journal/redact.ts'
import { isForeign } from '../origin.ts'
import { hasProxyHeader, type TrustedProxies } from '../tcp/client-address.ts'
import { firstHeaders, type Presented, presentedToken, shortHeader } from '../tcp/handshake-headers.ts'
import type { RawHandshake } from '../tcp/handshake-reader.ts'
import type { ListenerKind } from '../tcp/listener-kind.ts'

/** The paths of boards, with the kind of each; on `/ws` the device type or the token decides. */
export const boardPaths: ReadonlyMap<string, Kind | undefined> = new Map([
  ['/ws/pico', 'pico'],
  ['/ws/esp32cam', 'esp32cam'],
  ['/ws', undefined],
])

/** A WebSocket handshake as its client sent it. */
export interface HandshakeRequest extends RawHandshake {
  socket: Socket
  listenerKind: ListenerKind
  path: string
  query: URLSearchParams
  /** First value of each header. */
  headers: Record<string, string>
  presented: Presented
  /** The client's library. */
  library: Library
  address: string
  proxied: boolean
  /** Whether the client's own connection is encrypted, as far as the gateway knows. */
  encrypted: boolean
}

const noQuery = new URLSearchParams()

export function readHandshakeRequest(
  { request, head }: RawHandshake,
  socket: Socket,
  listenerKind: ListenerKind,
  proxies: TrustedProxies,
): HandshakeRequest {
  const headers = firstHeaders(request.rawHeaders)
  const peer = socket.remoteAddress ?? ''
  const { address, proxied } = proxies.clientOf(peer, headers['x-forwarded-for'])
  const [rawPath = '', query] = (request.url ?? '').split('?')
  const path = withoutTrailingSlashes(rawPath) || '/'
  const presented = presentedToken(headers)
  return {
    request,
    head,
    socket,
    listenerKind,
    path,
    query: query ? new URLSearchParams(query) : noQuery,
    headers,
    presented,
    library: libraryIn(headers, presented.secret),
    address,
    proxied,
    encrypted: proxies.isEncrypted(listenerKind, peer, headers['x-forwarded-proto']),
  }
}

/** The request in the form that ws needs: otherwise it would get repeated headers joined by commas. */
export const requestFor = ({ request, headers }: HandshakeRequest): IncomingMessage =>
  ({ method: request.method, url: request.url, headers }) as unknown as IncomingMessage

/** The most characters read of a list of protocols, which may include a token. */
const mostProtocols = 4 * 1024

/** A list of protocol names, each once. */
function areProtocols(list: string | undefined): boolean {
  if (list === undefined) return true
  if (list.length > mostProtocols) return false
  const names = list.split(',').map(name => name.trim())
  return new Set(names).size === names.length && names.every(name => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name))
}

/** Whether a handshake is valid by RFC 6455 §4.2.1; ws would refuse the others with a bare status. */
export const isValidHandshake = ({ request, headers }: HandshakeRequest): boolean =>
  request.method === 'GET' &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['sec-websocket-version'] === '13' &&
  /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '') &&
  areProtocols(headers['sec-websocket-protocol'])

/** The facts that core decides on, and keeps for as long as the board is connected. */
export function arrivalOf(handshake: HandshakeRequest): Arrival {
  const { token } = handshake.presented
  return {
    address: handshake.address,
    path: handshake.path,
    wants: boardPaths.get(handshake.path) ?? kindOfDeviceType(handshake.headers[deviceTypeHeader]),
    library: handshake.library.name,
    token,
    tokenHash: token === undefined ? undefined : sha256(token),
    deviceId: headerValueOf(handshake, deviceIdHeader, 128, token),
    firmware: headerValueOf(handshake, deviceVersionHeader, 64, token),
    headerLines: handshake.request.rawHeaders.length / 2,
    proxied: handshake.proxied,
    local: isLocal(handshake),
  }
}

/** The handshake of a client whose token arrived in its first message, as if its headers had presented it. */
export const withToken = (handshake: HandshakeRequest, token: string): HandshakeRequest => ({
  ...handshake,
  presented: { token, secret: token },
  library: libraryIn(handshake.headers, token),
})

/** Characters of User-Agent that are read: a browser's longest has 250. */
const mostAgent = 512

/** The client's library, named without any secret: some clients put their token into User-Agent. */
export function libraryIn(headers: Readonly<Record<string, string>>, secret: string | undefined): Library {
  const agent = headers['user-agent']?.slice(0, mostAgent)
  const isSecret = agent !== undefined && redact(headers['user-agent']!, secret, mostAgent) !== agent
  const { id, name } = libraryOf(isSecret ? { ...headers, 'user-agent': '' } : headers)
  return { id, name: redact(name, secret) }
}

/** Characters read of a header in which a board names itself: room for an escaped token before the part shown. */
const mostSaid = 8 * 1024

/**
 * A header in which a board names itself or its firmware. It is redacted before it is cut, as half a token would not be
 * recognised any more. A proxy joins repeated ones to `A, A, A`: the first counts.
 */
export function headerValueOf(
  { headers }: HandshakeRequest,
  name: string,
  most: number,
  token: string | undefined,
): string | undefined {
  const value = headers[name]
  return value === undefined ? undefined : shortHeader(redact(value, token, mostSaid).split(',')[0], most)
}

const localNames = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i

/**
 * Whether the request came from this very machine, under one of the machine's own names, without a sign of a proxy or a
 * foreign site.
 */
function isLocal({ socket, headers, encrypted }: HandshakeRequest): boolean {
  if (!isLoopback(socket.remoteAddress ?? '') || !localNames.test(headers.host ?? '')) return false
  if (hasProxyHeader(headers)) return false
  if (headers.origin === undefined) return true
  if (encrypted) return !isForeign(headers, { publicUrl: undefined, encrypted })
  return URL.canParse(headers.origin) && localNames.test(new URL(headers.origin).host)
}
