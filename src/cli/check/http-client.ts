import type { Socket } from 'node:net'
import { open, type Patience, type Route, TimedOut } from '../../simulator/open-socket.ts'
import { hostHeader } from '../../simulator/target.ts'

/** One header as it was sent. */
export interface HeaderLine {
  name: string
  value: string
  line: string
}

/** An HTTP answer as it was sent. With a 101, `socket` stays open and yields the bytes after the head. */
export interface HttpAnswer {
  version: string
  status: number
  reason: string
  headers: readonly HeaderLine[]
  body: string
  socket?: Socket
  /** The time from the last byte of the request to the end of the head. */
  ms: number
}

/** No HTTP answer came. `received`: the bytes that came instead. */
export class NoAnswer extends Error {
  readonly kind: 'closed' | 'reset' | 'timeout' | 'garbage'
  readonly received: Buffer

  constructor(kind: NoAnswer['kind'], received: Buffer) {
    super(`no HTTP answer: ${kind}`)
    this.name = 'NoAnswer'
    this.kind = kind
    this.received = received
  }
}

const headLimitBytes = 64 * 1024
const bodyLimitBytes = 1024 * 1024

/** All values of a header, in order. */
export const valuesOf = (answer: HttpAnswer, name: string): string[] =>
  answer.headers.filter(header => header.name.toLowerCase() === name).map(header => header.value)

/** The body as a JSON object, or undefined. */
export function jsonOf(answer: HttpAnswer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(answer.body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

export function get(route: Route, path: string, patience: Patience): Promise<HttpAnswer> {
  const lines = [
    `GET ${route.target.prefix}${path} HTTP/1.1`,
    `Host: ${hostHeader(route.target)}`,
    'Accept: application/json',
    'User-Agent: darvaza-check',
    'Connection: close',
  ]
  return ask(route, `${lines.join('\r\n')}\r\n\r\n`, patience)
}

/**
 * Sends exactly these bytes and reads the answer. Each piece is sent in a TCP segment of its own, as some boards do.
 * @throws NoAnswer if no answer came; the system's error if the connection failed.
 */
export async function ask(
  route: Route,
  request: string | Uint8Array | readonly string[],
  patience: Patience,
): Promise<HttpAnswer> {
  const socket = await open(route, patience)
  const expire = () => socket.destroy(new TimedOut('no answer'))
  const abort = () => socket.destroy(patience.signal.reason)
  const timer = setTimeout(expire, patience.timeoutMs)
  patience.signal.addEventListener('abort', abort, { once: true })
  let answer: HttpAnswer | undefined
  try {
    if (typeof request === 'string' || request instanceof Uint8Array) socket.write(request)
    else await writeEach(socket, request)
    answer = await readAnswer(socket, performance.now())
    return answer
  } finally {
    clearTimeout(timer)
    patience.signal.removeEventListener('abort', abort)
    if (!answer?.socket) socket.destroy()
  }
}

/** Writes each piece after the one before it was sent. An error of the socket shows when the answer is read. */
async function writeEach(socket: Socket, pieces: readonly string[]): Promise<void> {
  socket.on('error', () => {})
  for (const piece of pieces) {
    await new Promise<void>(resolve => socket.write(piece, () => setImmediate(resolve)))
  }
}

async function readAnswer(socket: Socket, sentAt: number): Promise<HttpAnswer> {
  let received: Buffer = Buffer.alloc(0)
  let head: HttpAnswer | undefined
  // A proxy may reset the connection right after its answer: the answer counts.
  socket.on('error', () => {})
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      received = Buffer.concat([received, chunk as Buffer])
      if (!head) {
        if (!'HTTP/'.startsWith(received.subarray(0, 5).toString('latin1'))) throw new NoAnswer('garbage', received)
        const end = received.indexOf('\r\n\r\n')
        if (end < 0 && received.length > headLimitBytes) throw new NoAnswer('garbage', received)
        if (end < 0) continue
        head = parseHead(received.subarray(0, end).toString('latin1'), performance.now() - sentAt)
        received = received.subarray(end + 4)
        if (head.status === 101) {
          if (received.length > 0) socket.unshift(received)
          return { ...head, socket }
        }
      }
      if (received.length > bodyLimitBytes || bodyIsComplete(head, received)) break
    }
  } catch (error) {
    if (error instanceof NoAnswer) throw error
    if (!head) throw silence(error as NodeJS.ErrnoException, received)
  }
  if (!head) throw new NoAnswer('closed', received)
  return { ...head, body: bodyText(head, received) }
}

function silence(error: NodeJS.ErrnoException, received: Buffer): Error {
  if (error.code === 'ETIMEDOUT') return new NoAnswer('timeout', received)
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return new NoAnswer('reset', received)
  return error
}

function parseHead(head: string, ms: number): HttpAnswer {
  const [first = '', ...lines] = head.split('\r\n')
  const [, version = '', status = '0', reason = ''] = /^HTTP\/(\S+) (\d{3}) ?(.*)$/.exec(first) ?? []
  const headers = lines.map(line => {
    const colon = line.indexOf(':')
    return { name: line.slice(0, colon), value: line.slice(colon + 1).trim(), line }
  })
  return { version, status: Number(status), reason, headers, body: '', ms }
}

const isChunked = (head: HttpAnswer): boolean => /chunked/i.test(valuesOf(head, 'transfer-encoding').join())

function bodyIsComplete(head: HttpAnswer, received: Buffer): boolean {
  if (isChunked(head)) return received.subarray(-5).toString('latin1') === '0\r\n\r\n'
  const length = valuesOf(head, 'content-length')[0]
  return length !== undefined && received.length >= Number(length)
}

function bodyText(head: HttpAnswer, received: Buffer): string {
  if (!isChunked(head)) return received.toString()
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const line = received.indexOf('\r\n', at)
    const size = line < 0 ? 0 : Number.parseInt(received.subarray(at, line).toString('latin1'), 16)
    if (!size) return Buffer.concat(parts).toString()
    parts.push(received.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
}
