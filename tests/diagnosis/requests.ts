import { type DialectName, dialects } from '../../src/simulator/dialects.ts'
import { parseTarget } from '../../src/simulator/target.ts'

export interface Changes {
  /** The path. Default: that of the board which usually uses the library. */
  path?: string
  /** The whole value of `Authorization`; null sends none. */
  authorization?: string | null
  /** Headers to leave out. */
  drop?: readonly string[]
  /** Header lines to add at the end. */
  add?: readonly string[]
}

/** A library's handshake request exactly as it writes it, with one mistake. */
export function handshake(port: number, name: DialectName, changes: Changes = {}): string {
  const dialect = dialects[name]
  const target = parseTarget(`http://127.0.0.1:${port}`)
  const { path = `/ws/${dialect.board}`, authorization, drop = [], add = [] } = changes
  const dropped = [
    ...drop,
    ...(authorization === undefined ? [] : ['authorization', 'sec-websocket-protocol: darvaza']),
  ]
  const lines = dialect
    .request(target, path, 'unused')
    .filter(line => !dropped.some(prefix => line.toLowerCase().startsWith(prefix)))
  const own = authorization == null ? [] : [`Authorization: ${authorization}`]
  // Arduino libraries write their own headers after the key, all other libraries write them last.
  const at = name.startsWith('arduino') ? 3 : lines.length
  return `${[...lines.slice(0, at), ...own, ...lines.slice(at), ...add].join('\r\n')}\r\n\r\n`
}

/** A request without upgrade, as curl or a browser sends it. */
export const page = (port: number, agent: string): string =>
  `GET /ws/pico HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: ${agent}\r\nAccept: */*\r\n\r\n`
