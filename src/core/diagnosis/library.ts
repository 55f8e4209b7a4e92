import { ownStart } from '../own-copy.ts'

/** The libraries that boards and people use to connect, with their usual names. */
export const libraries = {
  micropython: 'MicroPython',
  uwebsockets: 'MicroPython uwebsockets',
  'micropython-aiohttp': 'micropython-lib aiohttp',
  arduino: 'ArduinoWebsockets',
  links2004: 'links2004 arduinoWebSockets',
  'esp-idf': 'ESP-IDF esp_websocket_client',
  'python-websockets': 'Python websockets',
  'python-aiohttp': 'aiohttp',
  browser: 'browser',
  ws: 'ws or wscat',
  curl: 'curl',
  go: 'Go',
  rust: 'Rust tungstenite',
  darvaza: 'Darvaza',
} as const
export type LibraryId = keyof typeof libraries

export interface Library {
  id: LibraryId | 'unknown'
  /** The name shown to people, with the version if the library sends one. */
  name: string
}

/** Headers that people add by hand, which do not show which library wrote the others. */
const added = /^(?:user-agent|authorization|x-.*)$/

/** Orders of header names, apart from headers added by hand. Each order belongs to one library. */
const orders: readonly (readonly [LibraryId, RegExp])[] = [
  ['rust', /^host connection upgrade sec-websocket-version sec-websocket-key$/],
  ['links2004', /^host connection upgrade sec-websocket-version sec-websocket-key sec-websocket-protocol\b/],
  ['uwebsockets', /^host connection upgrade sec-websocket-key sec-websocket-version origin$/],
  ['arduino', /^host sec-websocket-key upgrade connection sec-websocket-version\b/],
  ['python-websockets', /^host upgrade connection sec-websocket-key sec-websocket-version sec-websocket-extensions$/],
  ['ws', /^sec-websocket-version sec-websocket-key connection upgrade\b/],
  ['esp-idf', /^connection host upgrade sec-websocket-version sec-websocket-key\b/],
  // Go writes its headers in alphabetical order.
  ['go', /^host (?:accept-encoding )?connection sec-websocket-key sec-websocket-version upgrade$/],
  ['browser', /\bpragma cache-control upgrade origin sec-websocket-version\b/],
  // Only MicroPython's aiohttp takes headers from a dictionary, which has no order there, so Host may be anywhere.
  ['micropython-aiohttp', /^(?!host )(?=.*\borigin\b)(?=.*\bhost\b)(?!.*(?:accept|extensions))/],
]

/** The number of header names that are compared, and the characters of each. */
const namesSeen = 12
const nameSeen = 32
/** The characters of a value that are compared: a browser's longest User-Agent has 250. */
const valueSeen = 512

/**
 * The library that wrote a handshake request, recognised by its own name, else by habits that only it has, else by the
 * order of its headers. `headers`: lower-case names with the first value of each, in the order received.
 */
export function libraryOf(headers: Readonly<Record<string, string | undefined>>): Library {
  const agent = headers['user-agent']?.slice(0, valueSeen) ?? ''
  const origin = headers.origin?.slice(0, valueSeen) ?? ''
  if (/TinyWebsockets/i.test(agent + origin)) return known('arduino')
  if (
    /^arduino-WebSocket-Client/i.test(agent) ||
    headers['sec-websocket-protocol'] === 'arduino' ||
    origin === 'file://'
  )
    return known('links2004')
  if (agent === 'compat' || /^b'.*'$/.test(headers['sec-websocket-key'] ?? '')) return known('micropython-aiohttp')
  const library = (agent === '' ? undefined : ofAgent(agent)) ?? ofOrder(headers)
  if (library) return library
  if (agent !== '') return { id: 'unknown', name: `unknown (${ownStart(agent, 40)})` }
  // Node's ws, which wscat uses, sends no User-Agent and offers compression with only this parameter.
  if (/client_max_window_bits/.test(headers['sec-websocket-extensions'] ?? '')) return known('ws')
  return { id: 'unknown', name: 'unknown' }
}

function ofAgent(agent: string): Library | undefined {
  if (/MicroPython/i.test(agent)) return known('micropython')
  if (/^ESP32 Websocket Client/i.test(agent)) return known('esp-idf')
  const python = /^Python\/[\d.]{1,20} websockets\/([\d.]{1,20})/.exec(agent)
  if (python) return { id: 'python-websockets', name: `${libraries['python-websockets']} ${python[1]}` }
  if (/aiohttp/i.test(agent)) return known('python-aiohttp')
  if (/^Go-http-client|gorilla/i.test(agent)) return known('go')
  if (/tungstenite/i.test(agent)) return known('rust')
  if (/^curl\//.test(agent)) return known('curl')
  if (/Mozilla\//.test(agent)) return known('browser')
  return /darvaza/i.test(agent) ? known('darvaza') : undefined
}

function ofOrder(headers: Readonly<Record<string, string | undefined>>): Library | undefined {
  const order = Object.keys(headers)
    .slice(0, namesSeen)
    .map(name => name.slice(0, nameSeen))
    .filter(name => !added.test(name))
    .join(' ')
  if (order !== last?.order) {
    const id = orders.find(([, pattern]) => pattern.test(order))?.[0]
    last = { order, library: id && known(id) }
  }
  return last.library
}

/** The header order that was looked up last, as boards with one library often connect one after the other. */
let last: { order: string; library: Library | undefined } | undefined

/** The library whose `Library.name` this is. */
export const libraryNamed = (name: string): LibraryId | 'unknown' =>
  byName.get(name.startsWith(libraries['python-websockets']) ? libraries['python-websockets'] : name) ?? 'unknown'

const byName = new Map(Object.entries(libraries).map(([id, name]) => [name as string, id as LibraryId]))
const known = (id: LibraryId): Library => ({ id, name: libraries[id] })
