import { closeCodes, type FramingErrorCode } from '#protocol/close-codes.ts'
import type { FailureCode } from '../../errors/errors.ts'
import type { LibraryId } from './library.ts'
import type { Symptom } from './symptoms.ts'

/** The facts of a refused handshake request that show its mistake. */
export interface RefusedHandshake {
  code: FailureCode
  library: LibraryId | 'unknown'
  /** The headers: lower-case names with the first value of each. */
  headers: Readonly<Record<string, string | undefined>>
  /** The token as the client sent it, in a header or elsewhere. */
  token: string | undefined
  /** Whether the request has signs of a proxy, trusted or not. */
  proxied: boolean
  /** Whether the client announced that its first message would contain its token. */
  byMessage: boolean
}

/** Clients that cannot send an Authorization header: if it is missing behind a proxy, the proxy did not drop it. */
const headerless: ReadonlySet<string> = new Set(['browser', 'uwebsockets'])

/** The symptom of a refusal; undefined for clients other than boards: viewers, people, connection tests. */
export function symptomOf(refused: RefusedHandshake): Symptom | undefined {
  const { code, headers } = refused
  switch (code) {
    case 'token_missing':
      if (refused.byMessage) return 'auth_message_wrong'
      return refused.proxied && !headerless.has(refused.library) ? 'proxy_dropped_authorization' : 'no_token'
    case 'token_malformed':
      return spellingOf(headers.authorization ?? '')
    case 'token_unknown':
      return tokenOf(refused.token ?? '')
    case 'handshake_invalid':
      return /^b['"]/.test(headers['sec-websocket-key'] ?? '') ? 'key_is_bytes' : 'handshake_invalid'
    case 'upgrade_required':
      return unupgraded(headers)
    case 'auth_timeout':
      return 'auth_message_late'
    case 'not_found':
      return 'wrong_path'
    case 'token_wrong_kind':
    case 'token_revoked':
    case 'device_blocked':
    case 'device_removed':
    case 'enrolment_closed':
    case 'pending_full':
      return code
    default:
      return undefined
  }
}

function spellingOf(authorization: string): Symptom {
  const value = authorization.trim()
  if (/^bearer$/i.test(value)) return 'token_empty'
  if (/^bearer\s+bearer(\s|$)/i.test(value)) return 'bearer_doubled'
  if (/^(bearer\s+)?["'].*["']$/i.test(value)) return 'token_quoted'
  if (/^\S+\s+\S/.test(value) && !/^bearer/i.test(value)) return 'basic_instead'
  return 'bearer_missing'
}

/** The symptom of an unknown token. The patterns match the lengths that enrolment/claims.ts and ids.ts make. */
function tokenOf(token: string): Symptom {
  const clean = token.replaceAll(/["']/g, '')
  if (/^dvz_[koi]_/.test(clean)) return 'api_key_instead'
  if (/^dvz_[pc]_[0-9a-z]{8,9}\.[\w-]{43}\.[\w-]{32}$|^dvz_d_[\w-]{43}$/.test(token)) return 'token_of_another_gateway'
  if (/dvz_|^vz_[pcd]_|^z_[pcd]_|^_[pcd]_/.test(clean)) return clean === token ? 'token_cut' : 'token_quoted'
  // A claim without its beginning still ends in two of its parts.
  if (/\.[\w-]{43}\.[\w-]{32}$/.test(clean)) return 'token_cut'
  return clean === token ? 'token_unknown' : 'token_quoted'
}

/** The symptom of a request to a board's path without an `Upgrade` header. */
function unupgraded(headers: RefusedHandshake['headers']): Symptom {
  if (headers['sec-websocket-key'] === undefined) return 'plain_http'
  // If the token is in the last header, a line break in the token cut off the headers after it.
  if (headers['sec-websocket-version'] === undefined && Object.keys(headers).at(-1) === 'authorization')
    return 'token_newline'
  return 'proxy_dropped_upgrade'
}

type ByteSymptom = Extract<
  Symptom,
  | 'tls_on_plain_port'
  | 'plain_on_tls_port'
  | 'handshake_unfinished'
  | 'headers_too_large'
  | 'token_newline'
  | 'not_http'
>

/** The symptom of bytes that are not HTTP. `error`: Node's error code. `text`: the first bytes, as Latin-1. */
export function symptomOfBytes(error: string, text: string): ByteSymptom {
  // A TLS handshake record begins with 0x16 (RFC 8446 §5.1).
  if (text.startsWith('\x16')) return 'tls_on_plain_port'
  if (error === 'ERR_SSL_HTTP_REQUEST') return 'plain_on_tls_port'
  if (error === 'ERR_HTTP_REQUEST_TIMEOUT') return 'handshake_unfinished'
  if (error === 'HPE_HEADER_OVERFLOW') return 'headers_too_large'
  // Matches a lone LF or CR within or after the token, or an empty line after it that more headers follow.
  if (/\r\nauthorization:[^\r\n]*(?:\r(?!\n)|\n|\r\n\r\n[\w-]+: )/i.test(text)) return 'token_newline'
  return 'not_http'
}

/** The symptom of a framing error. `says`: the receiver's description. `messagesBefore`: whole messages before it. */
export function symptomOfFrame(code: FramingErrorCode, says: string, messagesBefore: number): Symptom {
  if (code === closeCodes.messageTooBig) return 'message_too_large'
  if (/fragment/.test(says)) return 'fragment_broken'
  // The first byte is a carriage return or a line feed: an empty line too many followed the token.
  if (messagesBefore === 0 && /^the opcode 1[03]$/.test(says)) return 'token_newline'
  return 'frame_desync'
}

/** The kind of a binary message that is not a JPEG, recognised by its first bytes. */
export function looksLike(bytes: Uint8Array): string {
  const [a, b, c] = bytes
  if (bytes.length === 0) return 'empty'
  if (a === 0xff && b === 0xd8) return 'cut'
  if (a === 0x89 && b === 0x50) return 'PNG'
  if (a === 0x47 && b === 0x49) return 'GIF'
  if (a === 0x42 && b === 0x4d) return 'BMP'
  if (a === 0x52 && b === 0x49 && c === 0x46) return 'RIFF'
  if (bytes.subarray(0, 64).every(byte => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127)))
    return 'text'
  return 'other'
}
