import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

/** A message from a board: its JSON, or type `binary` with the bytes, or type `garbage` with text that is no JSON. */
export interface Heard {
  readonly type: string
  readonly [key: string]: unknown
}

/** The gateway's side of one board's connection. */
export class Guest {
  readonly request: IncomingMessage
  readonly socket: WebSocket
  readonly closed: Promise<number>
  #unread: Heard[] = []
  #arrived = () => {}

  constructor(request: IncomingMessage, socket: WebSocket) {
    this.request = request
    this.socket = socket
    this.closed = new Promise(resolve => socket.on('close', resolve))
    socket.on('error', () => {})
    socket.on('message', (data: Buffer, isBinary) => {
      this.#unread.push(isBinary ? { type: 'binary', bytes: data } : parsed(data.toString()))
      this.#arrived()
    })
  }

  /** The next message that matches `wanted`. Messages before it are skipped. */
  async until(wanted: string | ((message: Heard) => boolean)): Promise<Heard> {
    const fits = typeof wanted === 'string' ? (message: Heard) => message.type === wanted : wanted
    for (;;) {
      for (let message = this.#unread.shift(); message; message = this.#unread.shift()) {
        if (fits(message)) return message
      }
      await new Promise<void>(resolve => {
        this.#arrived = resolve
      })
    }
  }

  say(message: object): void {
    this.socket.send(JSON.stringify(message))
  }
}

function parsed(text: string): Heard {
  try {
    return JSON.parse(text) as Heard
  } catch {
    return { type: 'garbage', text }
  }
}

type Refuse = (request: IncomingMessage, socket: Duplex) => boolean

/** A fake gateway. It mints tokens, answers 101 and `connection_ack`, and acknowledges readings; tests do the rest. */
export class ScriptedGateway implements AsyncDisposable {
  readonly sockets = new Set<Socket>()
  url = ''
  minted = 0
  /** Answers a handshake request itself and returns true; or returns false, and the gateway answers 101. */
  refuse: Refuse = () => false
  /** Answers `/public/tokens` itself and returns true; or returns false, and the gateway mints. */
  refuseMinting: (response: ServerResponse) => boolean = () => false
  readonly #server = createServer((request, response) => this.#answer(request, response))
  readonly #webSockets = new WebSocketServer({ noServer: true })
  #waiting: Guest[] = []
  #arrived = () => {}

  static async start(): Promise<ScriptedGateway> {
    const gateway = new ScriptedGateway()
    gateway.#server.listen(0, '127.0.0.1')
    await once(gateway.#server, 'listening')
    gateway.url = `http://127.0.0.1:${(gateway.#server.address() as AddressInfo).port}`
    return gateway
  }

  private constructor() {
    this.#server.on('connection', socket => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.refuse(request, socket)) return
      this.#webSockets.handleUpgrade(request, socket, head, webSocket => this.#welcome(new Guest(request, webSocket)))
    })
  }

  /** Waits for the next board that connects. */
  async guest(): Promise<Guest> {
    while (this.#waiting.length === 0) {
      await new Promise<void>(resolve => {
        this.#arrived = resolve
      })
    }
    return this.#waiting.shift()!
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #welcome(guest: Guest): void {
    guest.socket.on('message', (data: Buffer, isBinary) => {
      const message = isBinary ? undefined : parsed(data.toString())
      if (message?.type !== 'sensor_data') return
      const { sequence } = message.data as { sequence: number }
      guest.say({ type: 'ack', command_type: 'sensor_data', status: 'success', sequence })
    })
    guest.say({ type: 'connection_ack', status: 'success', message: 'Waiting for approval', timestamp: '' })
    this.#waiting.push(guest)
    this.#arrived()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url !== '/public/tokens') {
      response.writeHead(404).end()
      return
    }
    if (this.refuseMinting(response)) return
    const number = ++this.minted
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        status: 'success',
        pico_tokens: [`pico-token-${number}`],
        esp32cam_tokens: [`cam-token-${number}`],
        timestamp: new Date().toISOString(),
        message: "Use these tokens in the Authorization header as 'Bearer <token>'",
      }),
    )
  }
}
