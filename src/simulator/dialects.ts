import { randomBytes } from 'node:crypto'
import { esp32camRequest, picoRequest } from './handshake.ts'
import { bracketed, type Target } from './target.ts'

/** How a library sends its handshake: as one string, each line on its own, or (over a poor network) byte by byte. */
export type WriteStyle = 'whole' | 'by line' | 'by byte'

/** One library's handshake, byte for byte, with a token for the kind of board that usually runs the library. */
export interface Dialect {
  /** The library's common name. */
  name: string
  board: 'pico' | 'esp32cam'
  writing: WriteStyle
  /** `message`: the library cannot set headers, so its first message is the token; `protocol`: as a subprotocol. */
  tokenIn: 'header' | 'protocol' | 'message'
  /** Accepts a 101 only to the letter: `Connection: Upgrade` alone, each line `Name: value`. */
  strict: boolean
  /** The library waits so many ms for the answer. */
  patienceMs?: number
  /** The request, line by line, without line ends and without the empty line. */
  request(target: Target, path: string, token: string): string[]
}

const key = () => `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`
const compression = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'
const get = ({ prefix }: Target, path: string) => `GET ${prefix}${path} HTTP/1.1`
/** The host, always with its port. */
const full = (target: Target) => `${bracketed(target)}:${target.port}`
/** The host, with its port where that is not the usual one. */
const short = (target: Target) => (target.port === (target.secure ? 443 : 80) ? bracketed(target) : full(target))
const site = (target: Target) => `http${target.secure ? 's' : ''}://${short(target)}`

const pico = (target: Target, path: string, token: string) => {
  const [, ...headers] = picoRequest(target, token)
  return [get(target, path), ...headers]
}

/** `attempts`: those since the board booted; each added the five headers of the board's sketch once more. */
const arduino = (attempts: number): Dialect => ({
  name: 'ArduinoWebsockets',
  board: 'esp32cam',
  writing: 'whole',
  tokenIn: 'header',
  strict: true,
  patienceMs: 1_000,
  request: (target, path, token) => esp32camRequest(target, token, 'A0:B1:C2:D3:E4:F5', path, attempts),
})

const browser = (tokenIn: 'protocol' | 'message'): Dialect => ({
  name: 'browser',
  board: 'pico',
  writing: 'whole',
  tokenIn,
  strict: false,
  request: (target, path, token) => [
    get(target, path),
    `Host: ${short(target)}`,
    'Connection: Upgrade',
    'Pragma: no-cache',
    'Cache-Control: no-cache',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    'Upgrade: websocket',
    `Origin: ${site(target)}`,
    'Sec-WebSocket-Version: 13',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en-US,en;q=0.9',
    key(),
    compression,
    ...(tokenIn === 'protocol' ? [`Sec-WebSocket-Protocol: darvaza.bearer, ${token}`] : []),
  ],
})

/** The handshakes of the libraries that boards and programs use, as read in their source or measured. */
export const dialects = {
  micropython: {
    name: 'MicroPython (Pico W)',
    board: 'pico',
    writing: 'by line',
    tokenIn: 'header',
    strict: true,
    request: pico,
  },
  'micropython-bytes': {
    name: 'MicroPython (Pico W)',
    board: 'pico',
    writing: 'by byte',
    tokenIn: 'header',
    strict: true,
    request: pico,
  },
  uwebsockets: {
    name: 'MicroPython uwebsockets',
    board: 'pico',
    writing: 'by line',
    tokenIn: 'message',
    strict: true,
    request: (target, path) => [
      get(target, path),
      `Host: ${full(target)}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      key(),
      'Sec-WebSocket-Version: 13',
      `Origin: http://${full(target)}`,
    ],
  },
  // MicroPython's dictionaries keep no order: Host need not come first.
  aiohttp: {
    name: 'micropython-lib aiohttp',
    board: 'pico',
    writing: 'whole',
    tokenIn: 'header',
    strict: true,
    request: (target, path, token) => [
      get(target, path),
      `Origin: http${target.secure ? 's' : ''}://${full(target)}`,
      'Connection: Upgrade',
      key(),
      `Host: ${full(target)}`,
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Authorization: Bearer ${token}`,
      'User-Agent: compat',
    ],
  },
  arduino: arduino(1),
  'arduino-2': arduino(2),
  'arduino-40': arduino(40),
  'arduino-1500': arduino(1_500),
  links2004: {
    name: 'links2004 arduinoWebSockets',
    board: 'pico',
    writing: 'whole',
    tokenIn: 'header',
    strict: true,
    patienceMs: 5_000,
    request: (target, path, token) => [
      get(target, path),
      `Host: ${full(target)}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      key(),
      'Sec-WebSocket-Protocol: arduino',
      'Origin: file://',
      'User-Agent: arduino-WebSocket-Client',
      `Authorization: Bearer ${token}`,
    ],
  },
  python: {
    name: 'Python websockets',
    board: 'pico',
    writing: 'whole',
    tokenIn: 'header',
    strict: false,
    request: (target, path, token) => [
      get(target, path),
      `Host: ${short(target)}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      key(),
      'Sec-WebSocket-Version: 13',
      compression,
      `Authorization: Bearer ${token}`,
      'User-Agent: Python/3.11 websockets/10.4',
    ],
  },
  // Two spaces: wscat cuts `-H "Authorization: Bearer T"` at the colon and keeps the space behind it.
  wscat: {
    name: 'wscat',
    board: 'pico',
    writing: 'whole',
    tokenIn: 'header',
    strict: false,
    request: (target, path, token) => [
      get(target, path),
      `Authorization:  Bearer ${token}`,
      'Sec-WebSocket-Version: 13',
      key(),
      'Connection: Upgrade',
      'Upgrade: websocket',
      compression,
      `Host: ${short(target)}`,
    ],
  },
  go: {
    name: 'Go (gorilla)',
    board: 'pico',
    writing: 'whole',
    tokenIn: 'header',
    strict: true,
    request: (target, path, token) => [
      get(target, path),
      `Host: ${short(target)}`,
      'User-Agent: Go-http-client/1.1',
      `Authorization: Bearer ${token}`,
      'Connection: Upgrade',
      key(),
      'Sec-WebSocket-Version: 13',
      'Upgrade: websocket',
    ],
  },
  rust: {
    name: 'Rust tungstenite',
    board: 'pico',
    writing: 'whole',
    tokenIn: 'header',
    strict: true,
    request: (target, path, token) => [
      get(target, path),
      `Host: ${short(target)}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      key(),
      `authorization: Bearer ${token}`,
    ],
  },
  'browser-protocol': browser('protocol'),
  'browser-message': browser('message'),
} as const satisfies Record<string, Dialect>

export type DialectName = keyof typeof dialects
