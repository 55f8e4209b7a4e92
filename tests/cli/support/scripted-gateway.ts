import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Pair } from './certificates.ts'

export interface ScriptedRequest {
  path: string
  headers: Record<string, string>
  raw: string
}

/** The answer: text to send, `hang` (no answer), `hang up` (close), or a function. Undefined: the usual answer. */
export type ScriptedAnswer = string | 'hang' | 'hang up' | ((socket: Socket) => void) | undefined

export interface Script {
  tls?: Pair
  answer?: (request: ScriptedRequest) => ScriptedAnswer
  /** The time between two text messages to an idle board. */
  speakEveryMs?: number
  /** Runs after the 101, before the gateway sends its first message. */
  onOpen?: (socket: Socket) => void
  /** Whether the gateway answers JSON pings. */
  pongs?: boolean
  /** Whether the gateway answers protocol pings. */
  protocolPongs?: boolean
}

export interface ScriptedGateway extends AsyncDisposable {
  port: number
  url: string
  requests: ScriptedRequest[]
}

/** The text of an HTTP answer. */
export const http = (status: string, body: unknown = '', headers: string[] = []): string => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/html' : 'application/json'
  const head = [`HTTP/1.1 ${status}`, `Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(text)}`, ...headers]
  return `${head.join('\r\n')}\r\n\r\n${text}`
}

export const refusal = (status: string, code: string, message: string, hint = 'Do it right.'): string =>
  http(status, { status: 'error', code, message, hint }, ['WWW-Authenticate: Bearer'])

export const switching = (key: string, change: (lines: string[]) => string[] = lines => lines): string => {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
  ]
  return `${change(lines).join('\r\n')}\r\n\r\n`
}

const frame = (opcode: number, payload: string): Buffer =>
  Buffer.concat([Buffer.from([0x80 | opcode, Buffer.byteLength(payload)]), Buffer.from(payload)])
export const text = (message: unknown): Buffer => frame(1, JSON.stringify(message))

/** A fake gateway on real sockets that behaves as a real one, except where the script differs. It records requests. */
export async function scriptedGateway(script: Script = {}): Promise<ScriptedGateway> {
  const requests: ScriptedRequest[] = []
  const minted = new Set<string>()
  const open = new Set<Socket>()
  const serve = (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
    let head = ''
    const read = (chunk: Buffer) => {
      head += chunk.toString('latin1')
      if (!/^[A-Z]/.test(head)) return void socket.end(http('400 Bad Request', 'this is no HTTP'))
      if (!head.includes('\r\n\r\n')) return
      socket.off('data', read)
      const request = parse(head)
      requests.push(request)
      respond(socket, request)
    }
    socket.on('data', read)
  }
  const respond = (socket: Socket, request: ScriptedRequest) => {
    const answer = script.answer?.(request) ?? usual(request)
    if (answer === 'hang') return
    if (answer === 'hang up') return void socket.destroy()
    if (typeof answer === 'function') return answer(socket)
    if (!answer.startsWith('HTTP/1.1 101') && !answer.startsWith('HTTP/1.0 101')) return void socket.end(answer)
    socket.write(answer)
    converse(socket, script)
  }
  const usual = ({ path, headers }: ScriptedRequest): string => {
    if (path === '/health') return http('200 OK', { status: 'ok', version: '0.1.0', uptimeS: 61 })
    if (path === '/public/tokens') {
      const fresh = (kind: string) => `dvz_${kind}_${minted.size}_${'x'.repeat(20)}`
      const tokens = [fresh('p'), fresh('e')]
      for (const token of tokens) minted.add(token)
      const body = {
        status: 'success',
        pico_tokens: [tokens[0]],
        esp32cam_tokens: [tokens[1]],
        timestamp: new Date().toISOString(),
        message: 'Use them',
      }
      return http('200 OK', body, ['Cache-Control: no-store'])
    }
    if (!/^\/ws(\/(pico|esp32cam))?$/.test(path))
      return refusal('404 Not Found', 'not_found', 'There is nothing at this address.')
    const token = headers.authorization?.replace(/^Bearer /, '')
    if (token === undefined) return refusal('401 Unauthorized', 'token_missing', 'This board sent no token.')
    if (!minted.has(token))
      return refusal('401 Unauthorized', 'token_unknown', 'This token was not issued by this gateway.')
    return switching(headers['sec-websocket-key']!)
  }
  const server: Server = script.tls
    ? createTlsServer(script.tls, serve).on('tlsClientError', () => {})
    : createServer(serve)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `${script.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function parse(head: string): ScriptedRequest {
  const [first = '', ...lines] = head.split('\r\n\r\n')[0]!.split('\r\n')
  const headers = Object.fromEntries(lines.map(line => line.split(/: ?(.*)/, 2) as [string, string]))
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return { path: first.split(' ')[1] ?? '', headers: lower, raw: head }
}

/** The gateway's side of an open connection: sends `connection_ack`, regular texts, and answers to both ping types. */
function converse(socket: Socket, script: Script): void {
  script.onOpen?.(socket)
  if (socket.destroyed) return
  socket.write(text({ type: 'connection_ack', status: 'success' }))
  const speaking = setInterval(() => socket.write(text({ type: 'ping' })), script.speakEveryMs ?? 100)
  socket.on('close', () => clearInterval(speaking))
  let pending: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    for (let message = unmask(pending); message; message = unmask(pending)) {
      pending = pending.subarray(message.length)
      if (message.opcode === 1 && message.payload.includes('"ping"') && script.pongs !== false)
        socket.write(text({ type: 'pong' }))
      if (message.opcode === 9 && script.protocolPongs !== false) socket.write(frame(10, message.payload))
      if (message.opcode === 8) socket.end(frame(8, ''))
    }
  })
}

/** Decodes the first client frame of less than 126 bytes, once it is complete. */
function unmask(bytes: Buffer): { opcode: number; payload: string; length: number } | undefined {
  const size = (bytes[1] ?? 0) & 0x7f
  if (bytes.length < 6 || bytes.length < 6 + size) return undefined
  const payload = bytes.subarray(6, 6 + size).map((byte, at) => byte ^ bytes[2 + (at & 3)]!)
  return { opcode: bytes[0]! & 0x0f, payload: Buffer.from(payload).toString(), length: 6 + size }
}
