import type { DiagnosisFacts } from '../../core/diagnosis/fill-placeholders.ts'
import { type Library, libraryOf } from '../../core/diagnosis/library.ts'
import { symptomOf } from '../../core/diagnosis/recognise.ts'
import type { Diagnosis } from '../../core/diagnosis/diagnosis-text.ts'
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
  visit: HandshakeRequest,
  code: FailureCode,
  {
    secret,
    publicUrl,
    byMessage = false,
  }: { secret: string | undefined; publicUrl: string | undefined; byMessage?: boolean },
): Diagnosis | undefined {
  // A connection test tries in vain on purpose, and says itself what it found.
  if (isProbe(visit.headers)) return undefined
  const library = libraryIn(visit, secret).id
  const diagnosis = symptomOf({
    code,
    library,
    headers: visit.headers,
    token: secret,
    proxied: visit.proxied || forwardingHeaders.some(name => visit.headers[name] !== undefined),
    byMessage,
  })
  return diagnosis && { diagnosis, library, facts: factsOf(visit, secret, publicUrl) }
}

function factsOf(visit: HandshakeRequest, secret: string | undefined, publicUrl: string | undefined): DiagnosisFacts {
  const { rawHeaders } = visit.request
  const headerLines = rawHeaders.length / 2
  return {
    base: publicUrl ?? baseOf(visit, secret),
    path: redact(visit.path, secret, 64),
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
  visit: Pick<HandshakeRequest, 'headers' | 'proxied'> & { entrance: ListenerKind; socket: { localPort?: number | undefined } },
  secret: string | undefined,
): string | undefined {
  const { headers, entrance, socket, proxied } = visit
  const host = headers.host?.trim() ?? ''
  if (!plainHost.test(host) || redact(host, secret) !== host) return undefined
  const secure = entrance === 'tls' || (proxied && headers['x-forwarded-proto'] === 'https')
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
