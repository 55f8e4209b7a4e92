import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import * as boardMessages from '#protocol/board.ts'
import { fromDashboard } from '#protocol/dashboard.ts'
import { readPictureHead, writePictureHead } from '#protocol/picture-head.ts'
import { accountsSecret, secondFactorToken, sessionToken } from '../../src/adapters/people/session-cookie.ts'
import { decimal, duration, moment, parameter, tag, wholeNumber } from '../../src/cli/arguments.ts'
import { columnsOf, plain, plainJson } from '../../src/cli/text/plain.ts'
import { ConfigError, parseConfig } from '../../src/config.ts'
import { addressKey, isLoopback, plainAddress } from '../../src/core/address.ts'
import { libraryNamed, libraryOf } from '../../src/core/diagnosis/library.ts'
import { looksLike, symptomOf, symptomOfBytes, symptomOfFrame } from '../../src/core/diagnosis/recognise.ts'
import { ClaimMint } from '../../src/core/enrolment/claims.ts'
import { isJpeg } from '../../src/core/frames/frame.ts'
import { FlightRecorder } from '../../src/core/health/flight-recorder.ts'
import { redact, redactValue } from '../../src/core/journal/redact.ts'
import { defaultLimits } from '../../src/core/limits.ts'
import { DarvazaError, failures, languageOf } from '../../src/errors/errors.ts'
import { methodsOf, socketAt } from '../../src/transports/access-table.ts'
import { readCursor, writeCursor } from '../../src/transports/http/cursor.ts'
import { TrustedProxies } from '../../src/transports/tcp/client-address.ts'
import { firstHeaders, presentedToken, shortHeader } from '../../src/transports/tcp/handshake-headers.ts'
import { readRequestHead } from '../../src/transports/tcp/request-head.ts'
import { Receiver, type ReceiverHandlers } from '../../src/transports/ws/receiver.ts'
import { clientFrame, closeFrame } from '../support/client-frame.ts'
import * as handshakes from '../support/handshakes.ts'
import { jpeg } from '../support/jpeg.ts'
import { damagedBytes, damagedText, type FuzzTarget, target } from './target.ts'

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what)
}

/** Runs `act`, which may throw only this kind of error. */
function only<Known extends Error>(kind: new (...args: never[]) => Known, act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof kind)) throw error
  }
}

const shake = { port: 8765, token: 'T0ken:@\\x', host: '192.0.2.1' }
const heads = [
  handshakes.pico(shake),
  handshakes.esp32cam({ ...shake, reconnects: 2 }),
  handshakes.links2004(shake),
  handshakes.pythonWebsockets(shake),
  handshakes.wscat(shake),
  handshakes.browser({ port: 8765, protocol: 'darvaza.bearer, T' }),
]

/** Everything that a receiver reports for these bytes, as one text. `mostBytes`: its largest message. */
function heard(bytes: Buffer, cutAt: number, mostBytes: number): string {
  const all: string[] = []
  const hearer: ReceiverHandlers = {
    onText: text => all.push(`text ${text}`),
    onBinary: payload => all.push(`binary ${payload.toString('hex')}`),
    onPing: payload => all.push(`ping ${payload.toString('hex')}`),
    onTextTooLarge: bytes => all.push(`too large ${bytes}`),
    onPong: () => all.push('pong'),
    onClose: code => all.push(`close ${code}`),
    onGarbage: (code, what) => all.push(`garbage ${code} ${what}`),
  }
  const receiver = new Receiver(hearer, mostBytes, mostBytes / 2)
  for (let at = 0; at < bytes.length; at += cutAt) receiver.feed(Buffer.from(bytes.subarray(at, at + cutAt)))
  const end = all.findIndex(what => /^(?:garbage|close)/.test(what))
  must(end < 0 || end === all.length - 1, `something was heard behind the end: ${all}`)
  return all.join('\n')
}

const mask = Buffer.from('1f2e3d4c', 'hex')
const conversations = [
  Buffer.concat([
    clientFrame({ payload: '{"type":"ping"}', mask }),
    clientFrame({ opcode: 'ping', payload: 'hi', mask }),
  ]),
  Buffer.concat([
    clientFrame({ opcode: 'binary', fin: false, payload: jpeg(140), mask }),
    clientFrame({ opcode: 'pong', mask }),
    clientFrame({ opcode: 'continuation', payload: 'more', mask }),
  ]),
  Buffer.concat([clientFrame({ opcode: 'binary', payload: jpeg(70_000), mask }), closeFrame(1000, 'bye')]),
]

const mint = new ClaimMint(Buffer.alloc(32, 7))
const claims = [mint.mint('pico', 1_800_000_000_000), mint.mint('esp32cam', 1_700_000_000_000)]

const secret = accountsSecret(Buffer.alloc(32, 9))
const signature = (value: string) => `${value}.${sign(value)}`
const cookies = [
  `darvaza.session_token=${encodeURIComponent(signature('abcdefghijkl'))}`,
  `a=b; __Secure-darvaza.session_token=${signature('token')}; darvaza.two_factor=${signature('half')}`,
]
function sign(value: string): string {
  return createHmac('sha256', secret).update(value).digest('base64')
}

export const boardTexts: readonly string[] = [
  '{"type":"connection","status":"connected","device":"ESP32CAM","token":"TOKEN"}',
  '{"type":"connect","device":"pico","version":"1","servo1_angle":90,"auth_token":"abcdefghij...","memory_free":100000}',
  '{"type":"ack","command_type":"servo","status":"success","detail":{"servo1":90},"timestamp":"2021-01-01T00:00:00"}',
  '{"type":"sensor_data","sensor_type":"temperature","data":{"value":21.5,"sequence":7},"age_ms":5}',
  '{"type":"frame","size":1000,"width":800,"height":600,"timestamp":1234,"fps":10.5}',
  '{"type":"time","zone":"Asia/Tehran"}',
  '{"type":"log","message":"FPS: 12.50","level":"info"}',
  '{"type":"servo","command":{"servo1":90,"servo2":90}}',
]
const pageTexts = [
  '{"type":"watch","cameras":[{"device":"d_abc","rate":"full"}]}',
  '{"type":"drawn","camera":0,"sequence":1}',
  '{"type":"follow","journal":{"device":"x","kind":["message"],"language":"fa"}}',
  '{"type":"steer","id":1,"device":"d","servo1":90,"servo2":90,"smooth":true,"ttlMs":1000}',
  '{"type":"lease","device":"d","act":"take"}',
  '{"type":"ping","id":1}',
]

const box = new FlightRecorder(defaultLimits, 1_800_000_000_000)
for (let at = 0; at < 8; at++) {
  const now = 1_800_000_000_000 + at * 60_000
  box.note({ kind: 'opened', at: now, address: `192.0.2.${at}`, proxied: false })
  box.note({ kind: 'closed', at: now + 1_000, code: 1006, byGateway: true, lastedMs: 900, quietMs: 1, unheardMs: 2 })
  box.note({ kind: 'ordered', at: now + 2_000, what: 'reboot' })
  box.note({ kind: 'stalled', at: now + 3_000, forMs: 5_000 })
}
const kept = box.keep()

/** The value of a damaged text that is still valid JSON, or undefined. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** All decoders that read data from outside. */
export const decoders: readonly FuzzTarget[] = [
  target(
    'websocket-frames',
    fc.tuple(damagedBytes(conversations), fc.integer({ min: 1, max: 80_000 }), fc.constantFrom(100, 1_000_000)),
    ([bytes, cutAt, mostBytes]) =>
      must(heard(bytes, cutAt, mostBytes) === heard(bytes, bytes.length || 1, mostBytes), 'cuts change what is heard'),
  ),
  target('request-head', damagedText(heads), text => {
    const head = readRequestHead(text)
    if (!head) return
    must(head.length <= text.length && text.slice(0, head.length).endsWith('\r\n\r\n'), 'ends elsewhere')
    must(
      head.rawHeaders.every(part => !/[\r\n\0]/.test(part)),
      'a header holds the end of its line',
    )
  }),
  target(
    'headers',
    fc.array(damagedText(['Authorization', 'Bearer abc', 'darvaza.bearer, abc', 'X-Forwarded-For', '::1'])),
    raw => {
      const even = raw.length % 2 ? raw.slice(1) : raw
      const headers = firstHeaders(even)
      const { token, secret: struck } = presentedToken(headers)
      must(
        token === undefined || (token.trim() === token && token !== '' && struck === token),
        'a token with white space',
      )
      must(/^[\x20-\x7e]*$/.test(shortHeader(headers.authorization) ?? ''), 'not plain')
      languageOf(headers['accept-language'])
    },
  ),
  target(
    'client-address',
    fc.tuple(
      damagedText(['203.0.113.7', '::ffff:10.0.0.1', '2001:db8::1']),
      damagedText(['1.1.1.1, 10.0.0.2', '[::1]:80, unknown']),
    ),
    ([peer, forwarded]) => {
      const { address } = new TrustedProxies(['10.0.0.0/8', '::1']).clientOf(peer, forwarded)
      must(typeof address === 'string' && address.length <= Math.max(peer.length, 64), 'no address')
      addressKey(address)
      isLoopback(plainAddress(peer))
    },
  ),
  target(
    'redaction',
    fc.tuple(damagedText(boardTexts), fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme-ascii' })),
    ([text, word]) => {
      const token = word.trim()
      if (token.length < 8 || /[[\]]/.test(token)) return
      for (const written of [token, JSON.stringify(token).slice(1, -1), encodeURIComponent(token)])
        must(!redact(`${text}${written}${text}`, token).includes(written), `left ${written}`)
      const value = parsed(text)
      if (value !== undefined)
        must(
          !JSON.stringify(redactValue([value, { [token]: token }], token)).includes(JSON.stringify(token)),
          'left in a value',
        )
    },
  ),
  target('claims', damagedText(claims), text => {
    const claim = mint.read(text)
    must((claim !== undefined) === claims.includes(text), 'a damaged claim was read')
  }),
  target('session-cookies', fc.tuple(damagedText(cookies), fc.boolean()), ([text, secure]) => {
    for (const read of [sessionToken, secondFactorToken]) {
      const value = read(text, secret, secure)
      must(value === undefined || ['abcdefghijkl', 'token', 'half'].includes(value), `read ${value}`)
    }
  }),
  target('picture-head', damagedBytes([Buffer.alloc(40, 1), jpeg(200)]), bytes => {
    const head = readPictureHead(new DataView(bytes.buffer, bytes.byteOffset, bytes.length))
    if (!head) return
    const again = new DataView(new ArrayBuffer(25))
    writePictureHead(again, 0, head)
    must(Object.is(readPictureHead(again)!.receivedAt, head.receivedAt), 'is not what was written')
  }),
  target('jpeg', damagedBytes([jpeg(100), jpeg(5_000), Buffer.from('ffd8ffd9', 'hex')]), bytes => {
    const end = bytes.toString('latin1').replace(/\0+$/, '')
    must(!isJpeg(bytes) || (bytes[0] === 0xff && bytes[1] === 0xd8 && end.endsWith('\xff\xd9')), 'is no JPEG')
    looksLike(bytes)
  }),
  target('board-messages', damagedText(boardTexts), text => {
    const value = parsed(text)
    for (const schema of [
      boardMessages.connect,
      boardMessages.ack,
      boardMessages.sensorData,
      boardMessages.frameMetadata,
      boardMessages.timeRequest,
    ])
      schema.safeParse(value)
  }),
  target('page-messages', damagedText(pageTexts), text => void fromDashboard.safeParse(parsed(text))),
  target('cursors', damagedText([writeCursor(1, 'a'), writeCursor(7)]), text =>
    only(DarvazaError, () => {
      const [number, word] = readCursor(text, 'number', 'string')
      must(typeof number === 'number' && typeof word === 'string', 'of other parts')
    }),
  ),
  target(
    'black-boxes',
    fc.tuple(damagedBytes([kept.events]), damagedBytes([kept.samples, new Uint8Array(400)])),
    ([events, samples]) => {
      const read = FlightRecorder.of({ ...kept, events, samples }, defaultLimits)
      must(
        read.events.every(event => event !== undefined && Number.isFinite(event.at)),
        'an event of no kind or time',
      )
      must(read.samples.length <= defaultLimits.blackBoxSamples, 'too many samples')
      read.note({ kind: 'twin', at: kept.base + 1 })
      read.keep()
    },
  ),
  target(
    'diagnosis',
    fc.tuple(
      damagedText(heads),
      fc.constantFrom(...(Object.keys(failures) as (keyof typeof failures)[])),
      fc.boolean(),
    ),
    ([text, code, proxied]) => {
      const raw = text
        .split('\r\n')
        .slice(1)
        .flatMap(line => line.split(/: ?/, 2))
        .slice(0, 40)
      const headers = firstHeaders(raw.length % 2 ? raw.slice(1) : raw)
      const library = libraryOf(headers)
      libraryNamed(library.name)
      symptomOf({
        code,
        library: library.id,
        headers,
        token: presentedToken(headers).secret,
        proxied,
        byMessage: proxied,
      })
      symptomOfBytes('HPE_INVALID_METHOD', text)
      symptomOfFrame(1002, text.slice(0, 20), 0)
    },
  ),
  target('paths', damagedText(['/ws/view/d_abc', '/api/devices/d_abc/token/rotate', '/assets/index.js', '/']), path => {
    const socket = socketAt(path)
    must(socket?.device === undefined || !socket.device.includes('/'), 'a device with a slash')
    methodsOf(path)
  }),
  target(
    'configuration',
    fc.array(
      damagedText([
        '--port',
        '3000',
        '--tls-port=443',
        '--trusted-proxies',
        '10.0.0.0/8',
        '--limits',
        'pingEveryMs=10000',
        '--public-url=https://x.example',
        '--time-zone',
        'UTC',
        '--enrolment',
        'open',
        '--data',
        '/tmp/x',
      ]),
      { maxLength: 5 },
    ),
    argv => only(ConfigError, () => void parseConfig(argv, {})),
  ),
  target('configuration-tokens', damagedText(['["a","b"]', 'abc,def', '{"a":1}']), text =>
    only(
      ConfigError,
      () => void parseConfig([], { PICO_AUTH_TOKENS: text, DARVAZA_OIDC_ISSUER: text, DARVAZA_LIMITS: text }),
    ),
  ),
  target(
    'command-line',
    damagedText(['90s', '1h30m', '2026-11-23', '2026-11-23T18:42:00Z', 'quality=80', '#garden', '12', '3.5']),
    text => {
      for (const read of [wholeNumber(0, 100), decimal(0, 1), duration, moment, tag, parameter])
        only(Error, () => {
          const value = read(text)
          if (typeof value === 'number') must(Number.isFinite(value), `no number but ${value}`)
          if (read === moment) new Date(value as number).toISOString()
        })
    },
  ),
  target('terminal-text', fc.oneof(damagedText(boardTexts), fc.string({ unit: 'binary' })), text => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    const harmful = /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]/
    must(!harmful.test(plain(text)), 'a control character')
    must(!harmful.test(plainJson({ [text]: text })), 'a control character in JSON')
    must(columnsOf(plain(text)) >= 0, 'no width')
  }),
]
