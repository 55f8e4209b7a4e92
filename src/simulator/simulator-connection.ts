import { WebSocket } from 'ws'
import type { Connected } from './connect.ts'
import { Timers } from './timers.ts'

/** How a line ended. 1006 is a line that broke without a word. */
export interface ConnectionEnd {
  readonly code: number
  readonly reason: string
}

/** What passed over a board's lines since it was made. */
export interface ConnectionTraffic {
  messagesIn: number
  messagesOut: number
  /** Bytes of payload. */
  bytesOut: number
}

/** `ws` takes a socket without an address for a server's end. A board is the client's: it masks what it sends. */
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
 * One open WebSocket of a board whose firmware does one thing at a time: while it is held it hears nothing, answers
 * no ping, and its timers do not fire. What came meanwhile waits, as it would in a real board's network stack.
 */
export class SimulatorConnection {
  readonly openedMs = performance.now()
  /** Settles once, when the board has no use for this line any more. */
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
    { traffic, hear, zeroMask }: { traffic: ConnectionTraffic; hear: (text: string) => void; zeroMask: boolean },
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
      if (!isBinary) this.#receive(() => hear(data.toString()))
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

  /** Bytes both ways, for a middle box that counts them. */
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

  /** Bytes past the WebSocket layer, for a board gone wrong. */
  raw(bytes: Buffer): void {
    if (this.isOpen) this.#tcp.write(bytes)
  }

  /** A timer of the firmware's loop: it skips its turns while the board is held, and ends with the line, or when told. */
  every(periodMs: number, act: () => void): () => void {
    return this.#timers.every(periodMs, () => {
      if (this.#holds === 0) act()
    })
  }

  /** A timer of the world's: it ends with the line, and being held does not stop it. */
  after(delayMs: number, act: () => void): void {
    this.#timers.after(delayMs, act)
  }

  /** Busy for so many ms; then `done`, and then what has come meanwhile. */
  hold(durationMs: number, done: () => void = () => {}): void {
    this.#holds++
    this.#socket.pause()
    this.after(durationMs, () => {
      done()
      this.#holds--
      this.#release()
    })
  }

  /** Says goodbye, and hangs up when there is no answer within a second. */
  async close(code = 1000): Promise<void> {
    if (!this.isOpen || this.#holds > 0) return this.cut()
    this.#timers[Symbol.dispose]()
    this.#socket.close(code)
    const late = setTimeout(() => this.cut(), closeWaitMs)
    await this.ended
    clearTimeout(late)
  }

  /** The line breaks, and nobody said a word. */
  cut(): void {
    this.#socket.terminate()
    this.#finish({ code: 1006, reason: '' })
  }

  /** The board is gone, the socket stays: nothing is read, nothing is answered, until somebody cuts it. */
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
