import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { Inbox } from './inbox.ts'

export type Message = { type?: string; [key: string]: unknown }

/** The gateway's side of one board's connection. */
export class Line {
  readonly said = new Inbox<Message>()
  readonly pictures = new Inbox<Buffer>()
  readonly closed: Promise<number>
  readonly request: IncomingMessage
  readonly socket: WebSocket

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.socket = socket
    this.request = request
    socket.on('message', (data: RawData, binary: boolean) => {
      if (binary) this.pictures.put(data as Buffer)
      else this.said.put(JSON.parse(String(data)) as Message)
    })
    socket.on('error', () => {})
    this.closed = new Promise(resolve => socket.on('close', code => resolve(code)))
    this.closed.then(code => this.said.close(() => `the line closed with ${code}`))
  }

  say(message: Message): void {
    this.socket.send(JSON.stringify(message))
  }

  hears(type: string, options?: { from?: number; withinMs?: number }): Promise<Message> {
    return this.said.next(message => message.type === type, options)
  }

  /** From now on it neither reads nor answers, as if a cable between board and gateway was pulled. */
  freeze(): void {
    this.socket.pause()
  }
}

export interface Script {
  /** Answers GET /public/tokens. Default: mints one token of each kind. */
  tokens?: (response: ServerResponse) => void
  /** Answers a handshake request itself and returns true, or returns false, and the gateway accepts it. */
  refuse?: (request: IncomingMessage, socket: Duplex) => boolean
  tls?: ServerOptions
}

/** A fake gateway that does only what the test scripts, for behaviour that a real gateway never shows. */
export class ScriptedGateway implements AsyncDisposable {
  readonly lines = new Inbox<Line>()
  minted = 0
  readonly #server: Server
  readonly #sockets = new Set<Duplex>()
  readonly #door = new WebSocketServer({ noServer: true, perMessageDeflate: false })

  constructor({ tokens, refuse, tls }: Script) {
    const mint = (response: ServerResponse) => {
      const suffix = String(++this.minted).padStart(4, '0')
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ pico_tokens: [`pico-${suffix}`], esp32cam_tokens: [`cam-${suffix}`] }))
    }
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      if (request.url === '/public/tokens') return (tokens ?? mint)(response)
      response.statusCode = 404
      response.end()
    }
    this.#server = tls ? createTlsServer(tls, answer) : createServer(answer)
    this.#server.on('tlsClientError', () => {})
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => {})
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      if (refuse?.(request, socket)) return
      this.#door.handleUpgrade(request, socket, head, ws => this.lines.put(new Line(ws, request)))
    })
  }

  async listen(): Promise<this> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`
  }

  /** The `index`-th connection, counted from 0. */
  line(index = 0, withinMs = 45_000): Promise<Line> {
    return this.lines.next(() => true, { from: index, withinMs })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }
}

export function scripted(script: Script = {}): Promise<ScriptedGateway> {
  return new ScriptedGateway(script).listen()
}

/** The text of a rejection as the gateway sends it. */
export function refusal(status: number, code: string, hint: string, headers = ''): string {
  const body = JSON.stringify({ status: 'error', code, message: 'No.', hint })
  return `HTTP/1.1 ${status} No\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`
}
