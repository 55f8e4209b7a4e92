import { WebSocket } from 'ws'
import type { Connected } from './connect.ts'
import { Timers } from './timers.ts'

/** How a connection ended. 1006: it broke without a Close. */
export interface ConnectionEnd {
  readonly code: number
  readonly reason: string
}

/** Traffic of a board over all its connections, since it was made. */
export interface ConnectionTraffic {
  messagesIn: number
  messagesOut: number
  /** Bytes of payload. */
  bytesOut: number
}

/** `ws` masks frames only when it opened the connection itself. A simulated board opens its own, and must mask. */
const BoardSocket = class extends (WebSocket as unknown as new (
  address: null,
  protocols: undefined,
  options: object,
) => WebSocket) {
  declare _isServer: boolean
  constructor() {
    super(null, undefined, { autoPong: false, closeTimeout: 1000 })
    this._isServer = false
  }
  declare setSocket: (socket: Connected['socket'], head: Buffer, options: object) => void
}

const closeWaitMs = 1000

/**
 * One open WebSocket of a board whose firmware does one thing at a time: while the board is held it receives nothing,
 * answers no ping, and its timers do not fire. Meanwhile messages wait, as in a real board's network stack.
 */
export class SimulatorConnection {
  readonly openedMs = performance.now()
  /** Resolves when the connection ended or was abandoned. */
  readonly ended: Promise<ConnectionEnd>
  readonly #socket: InstanceType<typeof BoardSocket>
  readonly #tcp: Connected['socket']
  readonly #timers = new Timers()
  readonly #traffic: ConnectionTraffic
  #end!: (end: ConnectionEnd) => void
  #inbox: (() => void)[] = []
  #holds = 0
  #over = false

  constructor(
    { socket, rest }: Connected,
    { traffic, onText, zeroMask }: { traffic: ConnectionTraffic; onText: (text: string) => void; zeroMask: boolean },
  ) {
    this.#tcp = socket
    this.#traffic = traffic
    const board = new BoardSocket()
    this.#socket = board
    this.ended = new Promise(resolve => {
      this.#end = resolve
    })
    board.on('error', () => {})
    board.on('close', (code, reason) => this.#finish({ code, reason: reason.toString() }))
    board.on('ping', payload => this.#receive(() => board.pong(payload)))
    board.on('message', (data, isBinary) => {
      traffic.messagesIn++
      if (!isBinary) this.#receive(() => onText(data.toString()))
    })
    board.setSocket(socket, rest, {
      maxPayload: 1024 * 1024,
      ...(zeroMask ? { generateMask: (mask: Buffer) => mask.fill(0) } : {}),
    })
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN && !this.#over
  }

  /** Bytes that the network has not taken yet. */
  get unsentBytes(): number {
    return this.#tcp.writableLength
  }

  /** Bytes in both directions, as a middle box counts them. */
  get bytesPassed(): number {
    return this.#tcp.bytesRead + this.#tcp.bytesWritten
  }

  /** Sends one text message: an object as JSON, a string as it is. */
  text(message: object | string): void {
    this.#send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  binary(bytes: Buffer): void {
    this.#send(bytes)
  }

  /** Sends bytes without WebSocket framing, for a faulty board. */
  raw(bytes: Buffer): void {
    if (this.isOpen) this.#tcp.write(bytes)
  }

  /** Starts a timer of the firmware, which skips its turns while the board is held. The returned function ends it early. */
  every(periodMs: number, act: () => void): () => void {
    return this.#timers.every(periodMs, () => {
      if (this.#holds === 0) act()
    })
  }

  /** Starts a timer outside the firmware: holding the board does not stop it. It ends with the connection. */
  after(delayMs: number, act: () => void): void {
    this.#timers.after(delayMs, act)
  }

  /** Keeps the firmware busy for so many ms, then calls `done`, then delivers the messages that arrived meanwhile. */
  hold(durationMs: number, done: () => void = () => {}): void {
    this.#holds++
    this.#socket.pause()
    this.after(durationMs, () => {
      done()
      this.#holds--
      this.#release()
    })
  }

  /** Sends a Close, and cuts the connection when the gateway has not answered it within a second. */
  async close(code = 1000): Promise<void> {
    if (!this.isOpen || this.#holds > 0) return this.cut()
    this.#timers[Symbol.dispose]()
    this.#socket.close(code)
    const late = setTimeout(() => this.cut(), closeWaitMs)
    await this.ended
    clearTimeout(late)
  }

  /** Breaks the connection without a Close. */
  cut(): void {
    this.#socket.terminate()
    this.#finish({ code: 1006, reason: '' })
  }

  /** Stops reading and answering but leaves the socket open, until `cut`. */
  abandon(reason: string): void {
    this.#socket.pause()
    this.#finish({ code: 1006, reason })
  }

  #send(data: string | Buffer): void {
    if (!this.isOpen) return
    this.#traffic.messagesOut++
    this.#traffic.bytesOut += Buffer.byteLength(data)
    this.#socket.send(data)
  }

  #receive(act: () => void): void {
    if (this.#over) return
    if (this.#holds === 0) act()
    else this.#inbox.push(act)
  }

  #release(): void {
    while (this.#holds === 0 && !this.#over) {
      const next = this.#inbox.shift()
      if (!next) return this.#socket.resume()
      next()
    }
  }

  #finish(end: ConnectionEnd): void {
    this.#timers[Symbol.dispose]()
    this.#inbox = []
    this.#over = true
    this.#end(end)
  }
}
