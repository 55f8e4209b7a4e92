import type { Diagnosis } from '../../core/diagnosis/diagnosis-text.ts'
import type { DiagnosisFacts } from '../../core/diagnosis/fill-placeholders.ts'
import { type Library, libraryOf } from '../../core/diagnosis/library.ts'
import { symptomOf } from '../../core/diagnosis/recognise.ts'
import { redact } from '../../core/journal/redact.ts'
import type { FailureCode } from '../../errors/errors.ts'
import { isProbe } from '../../protocol/headers.ts'
import { forwardingHeaders } from '../tcp/client-address.ts'
import type { ListenerKind } from '../tcp/listener-kind.ts'
import { firstHeaders } from './handshake-headers.ts'
import type { HandshakeRequest } from './handshake-request.ts'

/** More lines than any library writes: from here on it is worth counting which of them repeat. */
const manyLines = 60

/** Characters of User-Agent that are looked at: a browser's longest has 250. */
const mostAgent = 512

/** The library of a visitor, named without any secret: some put their token into User-Agent. */
export function libraryIn({ headers }: Pick<HandshakeRequest, 'headers'>, secret: string | undefined): Library {
  const agent = headers['user-agent']?.slice(0, mostAgent)
  const isSecret = agent !== undefined && redact(headers['user-agent']!, secret, mostAgent) !== agent
  const { id, name } = libraryOf(isSecret ? { ...headers, 'user-agent': '' } : headers)
  return { id, name: redact(name, secret) }
}

/** Why this visitor does not get in; undefined where that is no board's affair. Never holds a secret. */
export function diagnose(
  handshake: HandshakeRequest,
  code: FailureCode,
  {
    secret,
    publicUrl,
    byMessage = false,
  }: { secret: string | undefined; publicUrl: string | undefined; byMessage?: boolean },
): Diagnosis | undefined {
  // A connection test tries in vain on purpose, and says itself what it found.
  if (isProbe(handshake.headers)) return undefined
  const library = libraryIn(handshake, secret).id
  const diagnosis = symptomOf({
    code,
    library,
    headers: handshake.headers,
    token: secret,
    proxied: handshake.proxied || forwardingHeaders.some(name => handshake.headers[name] !== undefined),
    byMessage,
  })
  return diagnosis && { diagnosis, library, facts: factsOf(handshake, secret, publicUrl) }
}

function factsOf(
  handshake: HandshakeRequest,
  secret: string | undefined,
  publicUrl: string | undefined,
): DiagnosisFacts {
  const { rawHeaders } = handshake.request
  const headerLines = rawHeaders.length / 2
  return {
    base: publicUrl ?? baseOf(handshake, secret),
    path: redact(handshake.path, secret, 64),
    ...(headerLines > manyLines && headerGrowth(rawHeaders)),
  }
}

/** Set where a header block has grown: how many lines it has, and how often the most repeated one came. */
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

/** The gateway's address as this visitor dialled it. Some leave the port out, which then is the one it came to. */
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

/** What can be told of a request that was none: its library and the address it dialled. Of everything else it stays silent. */
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
