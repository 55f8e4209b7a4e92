import { isProbe } from '#protocol/headers.ts'
import type { Diagnosis } from '../../core/diagnosis/diagnosis-text.ts'
import type { DiagnosisFacts } from '../../core/diagnosis/fill-placeholders.ts'
import { type Library, libraryOf } from '../../core/diagnosis/library.ts'
import { symptomOf } from '../../core/diagnosis/recognise.ts'
import { redact } from '../../core/journal/redact.ts'
import type { FailureCode } from '../../errors/errors.ts'
import { hasProxyHeader } from '../tcp/client-address.ts'
import { firstHeaders } from '../tcp/handshake-headers.ts'
import type { ListenerKind } from '../tcp/listener-kind.ts'
import type { HandshakeRequest } from './handshake-request.ts'

/** More header lines than any library writes: above this, repeated ones are counted. */
const manyLines = 60

/** The reason why a client is refused; undefined if no board's owner could fix it. Never holds a secret. */
export function diagnose(
  handshake: HandshakeRequest,
  code: FailureCode,
  { publicUrl, byMessage = false }: { publicUrl: string | undefined; byMessage?: boolean },
): Diagnosis | undefined {
  // A connection test fails on purpose, and reports to its own user.
  if (isProbe(handshake.headers)) return undefined
  const library = handshake.library.id
  const diagnosis = symptomOf({
    code,
    library,
    headers: handshake.headers,
    token: handshake.presented.secret,
    proxied: handshake.proxied || hasProxyHeader(handshake.headers),
    byMessage,
  })
  return diagnosis && { diagnosis, library, facts: factsOf(handshake, publicUrl) }
}

function factsOf(handshake: HandshakeRequest, publicUrl: string | undefined): DiagnosisFacts {
  const { secret } = handshake.presented
  const { rawHeaders } = handshake.request
  const headerLines = rawHeaders.length / 2
  return {
    base: publicUrl ?? baseOf(handshake, secret),
    path: redact(handshake.path, secret, 64),
    ...(headerLines > manyLines && headerGrowth(rawHeaders)),
  }
}

/** Lines of a header block that has grown, and how often the most repeated header came; undefined for any other. */
export function headerGrowth(rawHeaders: readonly string[]): { headerLines: number; repeats: number } | undefined {
  const headerLines = rawHeaders.length / 2
  if (headerLines <= manyLines) return undefined
  const counts = new Map<string, number>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase()
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  let repeats = 0
  for (const count of counts.values()) repeats = Math.max(repeats, count)
  return { headerLines, repeats }
}

const plainHost = /^(?:[\w.-]{1,100}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i

/** The gateway's address as this client dialled it. Some leave the port out of Host: the socket's own is added. */
export function baseOf(
  handshake: Pick<HandshakeRequest, 'headers' | 'proxied'> & {
    listenerKind: ListenerKind
    socket: { localPort?: number | undefined }
  },
  secret: string | undefined,
): string | undefined {
  const { headers, listenerKind, socket, proxied } = handshake
  const host = headers.host?.trim() ?? ''
  if (!plainHost.test(host) || redact(host, secret) !== host) return undefined
  const secure = listenerKind === 'tls' || (proxied && headers['x-forwarded-proto'] === 'https')
  const bare = !/:\d+$/.test(host) && !proxied && socket.localPort !== undefined
  return `http${secure ? 's' : ''}://${host}${bare && socket.localPort !== (secure ? 443 : 80) ? `:${socket.localPort}` : ''}`
}

/** Finds library and headers in a request that is not HTTP. The library is named only if it is a known one. */
export function cluesIn(text: string): { headers: Record<string, string>; library: Library } {
  const raw = text
    .split(/[\r\n]+/)
    .slice(1, 40)
    .flatMap(line => {
      const [, name, value = ''] = /^([\w-]{1,40}):(.*)$/.exec(line) ?? []
      return name === undefined ? [] : [name, value.trimStart()]
    })
  const headers = firstHeaders(raw)
  const library = libraryOf(headers)
  return { headers, library: library.id === 'unknown' ? { id: 'unknown', name: 'unknown' } : library }
}
