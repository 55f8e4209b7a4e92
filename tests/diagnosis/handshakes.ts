import { randomBytes } from 'node:crypto'
import type { LibraryId } from '../../src/core/diagnosis/library.ts'
import type { Symptom } from '../../src/core/diagnosis/symptoms.ts'
import { handshake, page } from './requests.ts'

/** The values that a case may use: the gateway's port, and tokens in every state. */
export interface Hand {
  port: number
  pico: string
  cam: string
  revoked: string
  blocked: string
  removed: string
  apiKey: string
}

export interface HandshakeCase {
  symptom: Symptom
  /** The row of the knowledge table that must be found. */
  row: LibraryId | 'any'
  /** The library that must be recognised. */
  library: string
  send: (hand: Hand) => string | Buffer
  /** Text that the remedy or the snippet must contain. `PORT` stands for the gateway's port. */
  tells: string
}

const micropython = 'MicroPython'
const python = 'Python websockets 10.4'
const links2004 = 'links2004 arduinoWebSockets'
const arduino = 'ArduinoWebsockets'
const foreign = () => `dvz_p_mia2x8c1.${'n'.repeat(43)}.${'s'.repeat(32)}`
const curl = 'curl/8.5.0'
const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

/** One case for each row about a handshake request, with exactly the bytes that the row describes. */
export const handshakeCases: readonly HandshakeCase[] = [
  {
    symptom: 'no_token',
    row: 'any',
    library: 'Go',
    send: ({ port }) => handshake(port, 'go', { authorization: null }),
    tells: 'DefaultDialer.Dial("ws://127.0.0.1:PORT/ws/pico", header)',
  },
  {
    symptom: 'no_token',
    row: 'links2004',
    library: links2004,
    send: ({ port }) => handshake(port, 'links2004', { authorization: null }),
    tells: 'webSocket.begin("127.0.0.1", PORT, "/ws/pico");\nwebSocket.setAuthorization(',
  },
  {
    symptom: 'no_token',
    row: 'uwebsockets',
    library: 'MicroPython uwebsockets',
    send: ({ port }) => handshake(port, 'uwebsockets'),
    tells: 'connect("ws://127.0.0.1:PORT/ws/pico?auth=message")',
  },
  {
    symptom: 'no_token',
    row: 'micropython',
    library: micropython,
    send: ({ port }) => handshake(port, 'micropython', { authorization: null }),
    tells: 'http://127.0.0.1:PORT/public/tokens',
  },
  {
    symptom: 'no_token',
    row: 'micropython-aiohttp',
    library: 'micropython-lib aiohttp',
    send: ({ port }) => handshake(port, 'aiohttp', { authorization: null }),
    tells: 'ClientSession(headers=',
  },
  {
    symptom: 'no_token',
    row: 'arduino',
    library: arduino,
    send: ({ port }) => handshake(port, 'arduino', { authorization: null }),
    // This library omits the port in its Host header, but the remedy must name it.
    tells: 'client.connect("ws://127.0.0.1:PORT/ws/esp32cam")',
  },
  {
    symptom: 'no_token',
    row: 'browser',
    library: 'browser',
    send: ({ port }) => handshake(port, 'browser-protocol', { authorization: null }),
    tells: "new WebSocket('ws://127.0.0.1:PORT/ws/pico', ['darvaza.bearer', token",
  },
  {
    symptom: 'proxy_dropped_authorization',
    row: 'any',
    library: python,
    send: ({ port }) => handshake(port, 'python', { authorization: null, add: ['X-Forwarded-For: 203.0.113.7'] }),
    tells: 'proxy_set_header Authorization $http_authorization;',
  },
  {
    symptom: 'token_empty',
    row: 'any',
    library: micropython,
    send: ({ port }) => handshake(port, 'micropython', { authorization: 'Bearer ' }),
    tells: 'http://127.0.0.1:PORT/public/tokens',
  },
  {
    symptom: 'bearer_missing',
    row: 'any',
    library: 'Rust tungstenite',
    send: ({ port, pico }) => handshake(port, 'rust', { authorization: pico }),
    tells: '"ws://127.0.0.1:PORT/ws/pico".into_client_request()',
  },
  {
    symptom: 'bearer_missing',
    row: 'links2004',
    library: links2004,
    send: ({ port, pico }) => handshake(port, 'links2004', { authorization: pico }),
    tells: 'setAuthorization("Bearer <token>")',
  },
  {
    symptom: 'bearer_doubled',
    row: 'any',
    library: python,
    send: ({ port, pico }) => handshake(port, 'python', { authorization: `Bearer Bearer ${pico}` }),
    tells: 'websockets.connect("ws://127.0.0.1:PORT/ws/pico"',
  },
  {
    symptom: 'basic_instead',
    row: 'any',
    library: 'ws or wscat',
    send: ({ port }) => handshake(port, 'wscat', { authorization: 'Basic YWxpY2U6c2VjcmV0' }),
    tells: 'wscat -H "Authorization: Bearer $TOKEN" -c ws://127.0.0.1:PORT/ws/pico',
  },
  {
    symptom: 'basic_instead',
    row: 'links2004',
    library: links2004,
    send: ({ port }) => handshake(port, 'links2004', { authorization: 'Basic YWxpY2U6c2VjcmV0' }),
    tells: 'one argument',
  },
  {
    symptom: 'token_quoted',
    row: 'any',
    library: arduino,
    send: ({ port, cam }) => handshake(port, 'arduino', { authorization: `Bearer "${cam}"` }),
    tells: 'without quotes',
  },
  {
    symptom: 'token_quoted',
    row: 'ws',
    library: 'ws or wscat',
    send: ({ port, pico }) => handshake(port, 'wscat', { authorization: `Bearer '${pico}'` }),
    tells: 'around the whole header',
  },
  {
    symptom: 'token_newline',
    row: 'any',
    library: micropython,
    send: ({ port, pico }) => handshake(port, 'micropython', { authorization: `Bearer ${pico}\n` }),
    tells: '.read().strip()',
  },
  {
    symptom: 'token_newline',
    row: 'arduino',
    library: arduino,
    send: ({ port, cam }) => handshake(port, 'arduino', { authorization: `Bearer ${cam}\r\n` }), // the headers end here, so `Upgrade` is no longer a header
    tells: 'token.trim();',
  },
  {
    symptom: 'token_cut',
    row: 'any',
    library: micropython,
    send: ({ port, pico }) => handshake(port, 'micropython', { authorization: `Bearer ${pico.slice(0, 64)}` }),
    tells: 'char token[97];',
  },
  {
    symptom: 'token_unknown',
    row: 'any',
    library: python,
    send: ({ port }) => handshake(port, 'python', { authorization: 'Bearer of-another-house' }),
    tells: 'curl -s http://127.0.0.1:PORT/public/tokens',
  },
  {
    symptom: 'token_of_another_gateway',
    row: 'any',
    library: micropython,
    send: ({ port }) => handshake(port, 'micropython', { authorization: `Bearer ${foreign()}` }),
    tells: 'gateway.key',
  },
  {
    symptom: 'api_key_instead',
    row: 'any',
    library: python,
    send: ({ port, apiKey }) => handshake(port, 'python', { authorization: `Bearer ${apiKey}` }),
    tells: 'npx darvaza token create --kind pico',
  },
  {
    symptom: 'token_wrong_kind',
    row: 'any',
    library: micropython,
    send: ({ port, cam }) => handshake(port, 'micropython', { authorization: `Bearer ${cam}` }),
    tells: 'esp32cam_tokens',
  },
  {
    symptom: 'token_revoked',
    row: 'any',
    library: micropython,
    send: ({ port, revoked }) => handshake(port, 'micropython', { authorization: `Bearer ${revoked}` }),
    tells: 'device restore NAME',
  },
  {
    symptom: 'device_blocked',
    row: 'any',
    library: micropython,
    send: ({ port, blocked }) => handshake(port, 'micropython', { authorization: `Bearer ${blocked}` }),
    tells: 'device restore NAME',
  },
  {
    symptom: 'device_removed',
    row: 'any',
    library: micropython,
    send: ({ port, removed }) => handshake(port, 'micropython', { authorization: `Bearer ${removed}` }),
    tells: 'http://127.0.0.1:PORT/public/tokens',
  },
  {
    symptom: 'wrong_path',
    row: 'any',
    library: arduino,
    send: ({ port, cam }) => handshake(port, 'arduino', { authorization: `Bearer ${cam}`, path: '/ESP32CAM' }),
    tells: 'client.connect("ws://127.0.0.1:PORT/ws/esp32cam")',
  },
  {
    symptom: 'plain_http',
    row: 'any',
    library: 'unknown',
    send: ({ port }) => `GET /ws/pico HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`,
    tells: 'Dial ws://127.0.0.1:PORT/ws/pico with a WebSocket client.',
  },
  {
    symptom: 'plain_http',
    row: 'curl',
    library: 'curl',
    send: ({ port }) => page(port, curl),
    tells: 'npx darvaza check http://127.0.0.1:PORT --from-board',
  },
  {
    symptom: 'plain_http',
    row: 'browser',
    library: 'browser',
    send: ({ port }) => page(port, chrome),
    tells: 'http://127.0.0.1:PORT/ ',
  },
  {
    symptom: 'proxy_dropped_upgrade',
    row: 'any',
    library: micropython,
    send: ({ port, pico }) => handshake(port, 'micropython', { authorization: `Bearer ${pico}`, drop: ['upgrade'] }),
    tells: 'proxy_set_header Upgrade $http_upgrade;',
  },
  {
    symptom: 'tls_on_plain_port',
    row: 'any',
    library: 'unknown',
    // The first bytes of a TLS ClientHello.
    send: () => Buffer.concat([Buffer.from('16030100c8010000c40303', 'hex'), randomBytes(64)]),
    tells: 'ws://',
  },
  {
    symptom: 'headers_too_large',
    row: 'any',
    library: 'unknown', // Node only shows the end of such a large header block
    send: ({ port, cam }) => {
      const line = `Authorization: Bearer ${cam}\r\n`
      return handshake(port, 'arduino').replace('Upgrade:', `${line.repeat(10_000)}Upgrade:`)
    },
    tells: 'once, not before each connect()',
  },
  {
    symptom: 'key_is_bytes',
    row: 'any',
    library: 'micropython-lib aiohttp',
    send: ({ port }) => handshake(port, 'aiohttp').replace(/(Sec-WebSocket-Key: )(\S+)/, "$1b'$2'"),
    tells: 'mpremote mip install aiohttp',
  },
  {
    symptom: 'handshake_invalid',
    row: 'any',
    library: python,
    send: ({ port, pico }) =>
      handshake(port, 'python', { authorization: `Bearer ${pico}` }).replace('Version: 13', 'Version: 8'),
    tells: 'Sec-WebSocket-Version: 13',
  },
  {
    symptom: 'not_http',
    row: 'any',
    library: 'unknown',
    send: () => 'hello gateway, this is a board\r\n\r\n',
    tells: 'carriage return',
  },
]
