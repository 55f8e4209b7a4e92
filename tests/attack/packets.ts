import type { FailureCode } from '../../src/errors/errors.ts'

const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
const key = 'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg=='

export interface Packet {
  path?: string
  headers?: readonly string[]
  /** The expected failure codes: `handshake` for an upgrade request, `http` for a request without upgrade. */
  handshake: FailureCode
  http: FailureCode
}

/** A secret that must never be in the log. Repeating one letter is the worst case for a search through text. */
export const loudSecret = 'A'.repeat(32)

/** The text of a request. */
export function bytesOf(
  { path = '/ws', headers = [] }: Pick<Packet, 'path' | 'headers'>,
  how: 'handshake' | 'http',
): string {
  const lines = ['Host: 127.0.0.1', ...(how === 'handshake' ? [...upgrade, key] : []), ...headers]
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
}

const bearer = (token: string) => `Authorization: Bearer ${token}`
const refused = (code: FailureCode) => ({ handshake: code, http: code })
const read = (code: FailureCode) => ({ handshake: code, http: 'upgrade_required' as const })

/** Requests of up to 1 MB. A mark in parentheses says what the request once did: freeze the gateway, or end it. */
export const packets: Record<string, Packet> = {
  'a percent sign in the path beside a token of 3,500 (ended it)': {
    path: '/ws%',
    headers: [bearer('A'.repeat(3_500))],
    ...refused('token_too_long'),
  },
  'a percent sign in User-Agent beside a token of 200,000 (ended it)': {
    headers: [bearer('A'.repeat(200_000)), 'User-Agent: %'],
    ...refused('token_too_long'),
  },
  '160,000 different header names (ended it)': {
    headers: Array.from({ length: 160_000 }, (_, at) => `a${at.toString(36)}:`),
    ...refused('too_many_headers'),
  },
  'a path of 100,000 slashes (froze it)': { path: `/${'/'.repeat(100_000)}x`, ...refused('path_too_long') },
  'the word bearer 110,000 times (froze and ended it)': {
    headers: [bearer(', bearer'.repeat(110_000))],
    ...refused('token_too_long'),
  },
  'a path of 900,000 beside a token of 1,500 (froze it)': {
    path: `/${'%41'.repeat(300_000)}`,
    headers: [bearer('A'.repeat(1_500))],
    ...refused('path_too_long'),
  },
  '120,000 header lines (froze it)': { headers: new Array(120_000).fill('X:1'), ...read('token_missing') },
  'one token of 1,025': { headers: [bearer('A'.repeat(1_025))], ...refused('token_too_long') },
  'a token of 1,025 as a subprotocol': {
    headers: [`Sec-WebSocket-Protocol: darvaza.bearer, ${'A'.repeat(1_025)}`],
    ...refused('token_too_long'),
  },
  'an API key of 900,000 by Basic': {
    path: '/ws/view/cam',
    headers: [`Authorization: Basic ${'A'.repeat(900_000)}`],
    ...refused('token_too_long'),
  },
  'a session of 900,000': {
    path: '/ws/dashboard',
    headers: [`Cookie: a=b; darvaza.session_token=${'A'.repeat(900_000)}`],
    ...refused('token_too_long'),
  },
  'a path of 8,193': { path: `/${'a'.repeat(8_192)}`, ...refused('path_too_long') },
  '201 header names': {
    headers: Array.from({ length: 201 }, (_, at) => `a${at}: 1`),
    ...refused('too_many_headers'),
  },
  'the longest path of percent signs beside the longest token': {
    path: `/ws/${'%41'.repeat(2_700)}`,
    headers: [bearer('A'.repeat(1_024)), `User-Agent: ${'%25'.repeat(280_000)}`],
    handshake: 'not_found',
    http: 'not_found',
  },
  '900,000 of X-Device-ID, the token escaped in it': {
    headers: [bearer('A'.repeat(1_024)), `X-Device-ID: ${'%41'.repeat(300_000)}`],
    ...read('token_unknown'),
  },
  '1,000,000 commas of subprotocols': {
    headers: [`Sec-WebSocket-Protocol: ${','.repeat(1_000_000)}`],
    ...read('handshake_invalid'),
  },
  '900,000 spaces within Authorization': {
    headers: [`Authorization: Bearer a${' '.repeat(900_000)}b`],
    ...refused('token_too_long'),
  },
  '900,000 of a language that is none': {
    headers: [`Accept-Language: en${' '.repeat(900_000)}x`],
    ...read('token_missing'),
  },
  '900,000 of User-Agent': { headers: [`User-Agent: ${'MicroPytho'.repeat(90_000)}`], ...read('token_missing') },
  '900,000 of Host': { headers: [`Host: ${'a.'.repeat(450_000)}`], ...read('token_missing') },
}
