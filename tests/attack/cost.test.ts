import { describe, expect, it } from 'vitest'
import { kindOfDeviceType } from '#protocol/kinds.ts'
import { withoutTrailingSlashes } from '#protocol/paths.ts'
import { folded, needlesIn } from '#texts/fold.ts'
import { safeLine } from '../../src/adapters/log/safe-line.ts'
import { secondFactorToken, sessionToken } from '../../src/adapters/people/session-cookie.ts'
import { plain, plainJson } from '../../src/cli/text/plain.ts'
import { nameFrom } from '../../src/core/devices/device-names.ts'
import { libraryNamed, libraryOf } from '../../src/core/diagnosis/library.ts'
import { symptomOf, symptomOfBytes, symptomOfFrame } from '../../src/core/diagnosis/recognise.ts'
import { redact } from '../../src/core/journal/redact.ts'
import { parseJson } from '../../src/core/json.ts'
import { defaultLimits } from '../../src/core/limits.ts'
import { type FailureCode, failures, languageOf } from '../../src/errors/errors.ts'
import { methodsOf, socketAt } from '../../src/transports/access-table.ts'
import { readCursor } from '../../src/transports/http/cursor.ts'
import { isForeign } from '../../src/transports/origin.ts'
import { TrustedProxies } from '../../src/transports/tcp/client-address.ts'
import { firstHeaders, presentedToken, shortHeader } from '../../src/transports/tcp/handshake-headers.ts'
import { readRequestHead } from '../../src/transports/tcp/request-head.ts'
import { excessOf } from '../../src/transports/tcp/request-limits.ts'
import { baseOf, cluesIn, diagnose, headerGrowth } from '../../src/transports/ws/handshake-diagnosis.ts'
import {
  arrivalOf,
  isValidHandshake,
  libraryIn,
  readHandshakeRequest,
  withToken,
} from '../../src/transports/ws/handshake-request.ts'

/** Work on 1 MB of text must end within this time. Linear work takes milliseconds, quadratic work 15 minutes. */
const reactionMs = 5_000
const size = 1_000_000

/** Pieces that cause backtracking when a text repeats one of them and then ends with something that does not fit. */
const pieces = [
  'a',
  ' ',
  '\t \t',
  ',',
  ', ',
  ', bearer',
  'Bearer ',
  '"',
  "b'",
  '%',
  '%25',
  '%41',
  '\\',
  '\\u0041',
  '/',
  '../',
  ':',
  '::',
  '.',
  '1.',
  '1.2.3.4, ',
  '[',
  '{"a":',
  '-',
  ';',
  'darvaza.session_token=%;',
  '=',
  '&a=',
  '\r\nauthorization: ',
  '\r\n',
  '\n',
  'X:1\r\n',
  'q=0.1;',
  'dvz_p_',
  'host origin ',
  '\u00e9',
  'ۀ',
  'e\u0301\u0323',
  '\ufdfa',
  '\u200c',
]
const texts = pieces.flatMap(piece => {
  const text = piece.repeat(Math.ceil(size / piece.length))
  return [text, `Bearer ${text}\u0001`]
})

/** Shorter texts: a quarter for readers of several fields, a twentieth where one letter becomes up to eighteen. */
const quarter = (text: string): string => text.slice(0, size / 4)
const twentieth = (text: string): string => text.slice(0, size / 20)

const proxies = new TrustedProxies(['127.0.0.1', '1.2.3.4'])
const socket = { remoteAddress: '127.0.0.1', localPort: 3000 } as never
const codes = Object.keys(failures) as FailureCode[]

/** All headers that the gateway reads. */
const names = [
  'accept-language',
  'authorization',
  'connection',
  'cookie',
  'forwarded',
  'host',
  'origin',
  'sec-websocket-extensions',
  'sec-websocket-key',
  'sec-websocket-protocol',
  'upgrade',
  'user-agent',
  'x-device-id',
  'x-device-type',
  'x-device-version',
  'x-forwarded-for',
  'x-forwarded-proto',
]

/** Runs all steps that read a handshake request, with one text in every header and in the path. */
function handshake(whole: string): void {
  const text = quarter(whole)
  const request = { method: 'GET', url: `/ws/${text}?auth=${text}`, rawHeaders: names.flatMap(name => [name, text]) }
  excessOf(request, defaultLimits)
  const visit = readHandshakeRequest({ request, head: Buffer.alloc(0) }, socket, 'plain', proxies)
  isValidHandshake(visit)
  arrivalOf(withToken(visit, 'a token'))
  const { secret } = visit.presented
  libraryIn(visit.headers, secret)
  baseOf(visit, secret)
  diagnose(visit, 'token_malformed', { publicUrl: undefined })
}

const readers: Record<string, (text: string) => unknown> = {
  'a handshake': handshake,
  'a request head': text =>
    readRequestHead(`GET /ws${text} HTTP/1.1\r\n\r\n`) ?? readRequestHead(`GET /ws HTTP/1.1\r\nA:${text}\r\n\r\n`),
  'header lines': text => {
    const raw = quarter(text)
      .split(/[\r\n,;]/)
      .flatMap(line => [line, line])
    firstHeaders(raw)
    headerGrowth(raw)
    return excessOf({ rawHeaders: raw }, defaultLimits)
  },
  'a presented token': text => [
    presentedToken({ authorization: text }),
    presentedToken({ 'sec-websocket-protocol': `darvaza.bearer, ${text}` }),
  ],
  'a short header': text => shortHeader(text),
  'a library': text => [libraryOf(Object.fromEntries(names.map(name => [name, text]))), libraryNamed(text)],
  'a symptom': text =>
    codes.map(code =>
      symptomOf({
        code,
        library: 'unknown',
        headers: { authorization: text, 'sec-websocket-key': text },
        token: text,
        proxied: false,
        byMessage: false,
      }),
    ),
  'a symptom in bytes': text => [symptomOfBytes('HPE_INVALID', text), symptomOfFrame(1002, text, 0), cluesIn(text)],
  'a client’s address': text => proxies.clientOf('127.0.0.1', text),
  'an origin': text => isForeign({ origin: text, host: text }, { publicUrl: 'https://gate.example', encrypted: false }),
  'a language': languageOf,
  'a session': text => [sessionToken(text, 'secret', false), secondFactorToken(text, 'secret', true)],
  'words that are searched': text => needlesIn(twentieth(text)),
  'text that is searched': text => folded(twentieth(text)),
  'a path': text => [withoutTrailingSlashes(text), socketAt(text), methodsOf(text)],
  'a cursor': text => {
    try {
      return readCursor(text, 'number')
    } catch {
      return undefined
    }
  },
  'a message': text => {
    try {
      return parseJson(text)
    } catch {
      return undefined
    }
  },
  'a device type': kindOfDeviceType,
  'a name': nameFrom,
  'a text that is kept': text => [redact(text, 'a/secret'), redact(text, undefined)],
  'a line of the log': text => safeLine([{ err: new Error(text), text, list: [text] }, text]),
  'a line on the terminal': text => [plain(text), plainJson({ text })],
}

describe('1 MB of anything', () => {
  it.each(Object.entries(readers))('is read as %s in time', (_, read) => {
    for (const text of texts) {
      const started = performance.now()
      read(text)
      expect(performance.now() - started, JSON.stringify(text.slice(0, 40))).toBeLessThan(reactionMs)
    }
  })
})
