import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { isLoopback } from '../../core/address.ts'
import type { AdmissionRequest } from '../../core/enrolment/admission.ts'
import { redact } from '../../core/journal/redact.ts'
import type { Arrival } from '../../core/sessions/arrival.ts'
import { deviceIdHeader, deviceTypeHeader, deviceVersionHeader } from '../../protocol/headers.ts'
import { type Kind, kindOfDeviceType } from '../../protocol/kinds.ts'
import { withoutTrailingSlashes } from '../../protocol/paths.ts'
import { isForeign } from '../origin.ts'
import { forwardingHeaders, type TrustedProxies } from '../tcp/client-address.ts'
import type { RawHandshake } from '../tcp/handshake-reader.ts'
import type { ListenerKind } from '../tcp/listener-kind.ts'
import type { Seen } from './attach-probe.ts'
import { libraryIn } from './handshake-diagnosis.ts'
import { firstHeaders, type Presented, presentedToken, shortHeader } from './handshake-headers.ts'

/** Where boards connect, and the kind each path asks for; on `/ws` the device type or the token decides. */
export const boardPaths: ReadonlyMap<string, Kind | undefined> = new Map([
  ['/ws/pico', 'pico'],
  ['/ws/esp32cam', 'esp32cam'],
  ['/ws', undefined],
])

/** One handshake on its way through the door. */
export interface HandshakeRequest extends RawHandshake {
  socket: Socket
  listenerKind: ListenerKind
  path: string
  query: URLSearchParams
  /** First value of each header. */
  headers: Record<string, string>
  presented: Presented
  address: string
  proxied: boolean
  /** Whether the client's own connection is encrypted, as far as the gateway knows. */
  encrypted: boolean
}

const noQuery = new URLSearchParams()

export function readHandshakeRequest(
  { request, head }: RawHandshake,
  { socket, listenerKind }: { socket: Socket; listenerKind: ListenerKind },
  proxies: TrustedProxies,
): HandshakeRequest {
  const headers = firstHeaders(request.rawHeaders)
  const peer = socket.remoteAddress ?? ''
  const { address, proxied } = proxies.clientOf(peer, headers['x-forwarded-for'])
  const [rawPath = '', query] = (request.url ?? '').split('?')
  const path = withoutTrailingSlashes(rawPath) || '/'
  return {
    request,
    head,
    socket,
    listenerKind,
    path,
    query: query ? new URLSearchParams(query) : noQuery,
    headers,
    presented: presentedToken(headers),
    address,
    proxied,
    encrypted: proxies.isEncrypted(listenerKind, peer, headers['x-forwarded-proto']),
  }
}

/** The request as ws wants it: it would see repeated headers joined by commas. */
export const requestFor = ({ request, headers }: HandshakeRequest): IncomingMessage =>
  ({ method: request.method, url: request.url, headers }) as unknown as IncomingMessage

/** Characters of a list of protocols, a token among them. */
const mostProtocols = 4 * 1024

/** A list of protocol names, each once. */
function areProtocols(list: string | undefined): boolean {
  if (list === undefined) return true
  if (list.length > mostProtocols) return false
  const names = list.split(',').map(name => name.trim())
  return new Set(names).size === names.length && names.every(name => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name))
}

/** What RFC 6455 §4.2.1 asks of a handshake; ws would refuse the rest with a bare status. */
export const isValidHandshake = ({ request, headers }: HandshakeRequest): boolean =>
  request.method === 'GET' &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['sec-websocket-version'] === '13' &&
  /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '') &&
  areProtocols(headers['sec-websocket-protocol'])

export function admissionRequestOf(handshake: HandshakeRequest, token: string | undefined): AdmissionRequest {
  return {
    wants: boardPaths.get(handshake.path) ?? kindOfDeviceType(handshake.headers[deviceTypeHeader]),
    token,
    address: handshake.address,
    deviceId: headerValueOf(handshake, deviceIdHeader, 128, token),
    firmware: headerValueOf(handshake, deviceVersionHeader, 64, token),
    local: isLocal(handshake),
  }
}

export function arrivalOf(
  handshake: HandshakeRequest,
  token: string | undefined,
  tokenHash: string | undefined,
): Arrival {
  return {
    address: handshake.address,
    path: handshake.path,
    library: libraryIn(handshake, token).name,
    token,
    tokenHash,
    proxied: handshake.proxied,
    deviceId: headerValueOf(handshake, deviceIdHeader, 128, token),
    firmware: headerValueOf(handshake, deviceVersionHeader, 64, token),
    headerLines: handshake.request.rawHeaders.length / 2,
  }
}

/** For whoever tests the way. */
export const seenOf = ({ address, proxied, headers, socket }: HandshakeRequest): Seen => ({
  address,
  port: socket.remotePort,
  host: headers.host,
  forwarded: proxied ? 'trusted' : forwardingHeaders.some(name => headers[name] !== undefined) ? 'ignored' : 'none',
})

/** Characters of such a header that are looked at: a token, escaped, before what is shown. */
const mostSaid = 8 * 1024

/**
 * What a board says of itself in a header. Redacted before it is cut, as half a token would not be recognised any more.
 * Repeated, it can arrive as `A, A, A`, joined on the way: the first counts.
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

/** From this very machine, under one of its own names, with no hint of a proxy or a foreign site. */
function isLocal({ socket, headers, encrypted }: HandshakeRequest): boolean {
  if (!isLoopback(socket.remoteAddress ?? '') || !localNames.test(headers.host ?? '')) return false
  if (forwardingHeaders.some(name => headers[name] !== undefined)) return false
  if (headers.origin === undefined) return true
  if (encrypted) return !isForeign(headers, { publicUrl: undefined, encrypted })
  return URL.canParse(headers.origin) && localNames.test(new URL(headers.origin).host)
}
