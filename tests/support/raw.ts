import { createConnection, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { type ClientFrame, clientFrame, opcodes } from './client-frame.ts'
import { type HttpAnswer, readHttpAnswer } from './http-answer.ts'
import { jsonOf, type ServerFrame, ServerFrames, textOf } from './server-frames.ts'

export { type ClientFrame, clientFrame, closeFrame, opcodes, zeroMask } from './client-frame.ts'
export type { HttpAnswer } from './http-answer.ts'
export { closeCodeOf, jsonOf, type ServerFrame, textOf } from './server-frames.ts'

/** The longest a test waits for something that should arrive, in ms, unless the test passes another limit. */
const patienceMs = 30_000

export interface Segment {
  at: number
  bytes: Buffer
}

/**
 * A TCP client for tests about single bytes. It sends only what the test sends: no pong, Close or FIN of its own.
 * It keeps everything it receives, so a test can await a frame that has already arrived.
 *
 *     await using board = await RawClient.connect(gateway.port, { from: '127.0.0.7' })
 *     await board.write(handshakes.pico({ port: gateway.port, token }))
 *     await board.upgraded()
 *     await board.message('connection_ack')
 */
export class RawClient implements AsyncDisposable {
  readonly socket: Socket
  /** All reads from the socket: on the loopback one for each write of the gateway, unless this process was busy. */
  readonly segments: Segment[] = []
  /** All WebSocket frames received so far, including those that `next` has returned. */
  readonly frames: ServerFrame[] = []
  /** `finAt`: when the gateway's FIN arrived. `closedAt`: when the socket was closed. Both on the monotonic clock. */
  finAt: number | undefined
  closedAt: number | undefined
  /** ECONNRESET when the gateway reset the connection. */
  error: NodeJS.ErrnoException | undefined
  #received: Buffer = Buffer.alloc(0)
  #answer: HttpAnswer | undefined
  readonly #parser = new ServerFrames()
  #taken = 0
  readonly #waiting = new Set<() => void>()

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (bytes: string | Buffer) => this.#data(bytes as Buffer))
    socket.on('end', () => {
      this.finAt = performance.now()
      this.#changed()
    })
    socket.on('error', error => {
      this.error = error
    })
    socket.on('close', () => {
      this.closedAt = performance.now()
      this.#changed()
    })
  }

  /** `from`: the address the client connects from, any of 127.0.0.0/8. */
  static connect(port: number, options: { from?: string } = {}): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({
        port,
        host: '127.0.0.1',
        allowHalfOpen: true,
        ...(options.from ? { localAddress: options.from } : {}),
      })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new RawClient(socket))
      })
    })
  }

  /** Connects, writes the handshake in one piece, and waits for its 101. */
  static async open(port: number, handshake: string | Buffer, options: { from?: string } = {}): Promise<RawClient> {
    const client = await RawClient.connect(port, options)
    await client.write(handshake)
    await client.upgraded()
    return client
  }

  /** Resolves when the system has taken the bytes, or after an error: a later wait on the closed socket then fails. */
  write(bytes: string | Uint8Array): Promise<void> {
    return new Promise(resolve => this.socket.write(bytes, () => resolve()))
  }

  /** Writes the pieces one turn of the event loop apart, so that each is sent in a TCP segment of its own. */
  async writeInPieces(bytes: string | Uint8Array, pieceBytes = 1): Promise<void> {
    const whole = Buffer.from(bytes as string)
    for (let at = 0; at < whole.length; at += pieceBytes) {
      await this.write(whole.subarray(at, at + pieceBytes))
      await setImmediate()
    }
  }

  send(message: object | string): Promise<void> {
    return this.sendFrame({ payload: typeof message === 'string' ? message : JSON.stringify(message) })
  }

  sendBinary(payload: Uint8Array): Promise<void> {
    return this.sendFrame({ opcode: 'binary', payload })
  }

  sendFrame(frame: ClientFrame): Promise<void> {
    return this.write(clientFrame(frame))
  }

  /** Waits for the whole HTTP answer; `Content-Length` gives the length of its body. */
  answer(withinMs?: number): Promise<HttpAnswer> {
    return this.#when('an HTTP answer', () => this.#answer, withinMs)
  }

  /** Waits for the HTTP answer, which must be a 101. */
  async upgraded(withinMs?: number): Promise<HttpAnswer> {
    const answer = await this.answer(withinMs)
    if (answer.status !== 101) throw new Error(`no 101 but ${answer.statusLine}: ${answer.body}`)
    return answer
  }

  /** The next frame that `match`es and that no earlier call returned. Frames before it are skipped. */
  next(match: (frame: ServerFrame) => boolean = () => true, what = 'a frame', withinMs?: number): Promise<ServerFrame> {
    return this.#when(
      what,
      () => {
        while (this.#taken < this.frames.length) {
          const frame = this.frames[this.#taken++]!
          if (match(frame)) return frame
        }
        return undefined
      },
      withinMs,
    )
  }

  /** The next JSON text message of this type. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
  async message(type: string, withinMs?: number): Promise<any> {
    const wanted = (frame: ServerFrame) => frame.opcode === opcodes.text && jsonOf(frame).type === type
    return jsonOf(await this.next(wanted, `a text message of type ${type}`, withinMs))
  }

  control(opcode: 'close' | 'ping' | 'pong', withinMs?: number): Promise<ServerFrame> {
    return this.next(frame => frame.opcode === opcodes[opcode], `a ${opcode} frame`, withinMs)
  }

  /**
   * All frames from the gateway that no earlier call returned: sends a ping message, which the gateway always answers,
   * and waits for its pong. Frames that the gateway sends unasked in the meantime are included; the pong is not.
   */
  async saidMeanwhile(): Promise<ServerFrame[]> {
    const from = this.#taken
    await this.send({ type: 'ping' })
    await this.message('pong')
    return this.frames.slice(from, this.#taken - 1)
  }

  /** Whether the gateway's FIN has arrived or the socket is closed. */
  get over(): boolean {
    return this.finAt !== undefined || this.closedAt !== undefined
  }

  /** Resolves when the gateway's FIN has arrived or the socket is closed. */
  async ended(withinMs?: number): Promise<void> {
    await this.#when('the end', () => this.finAt ?? this.closedAt, withinMs)
  }

  /** Resets the connection: sends RST instead of FIN, and no Close. */
  reset(): void {
    this.socket.resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy()
    if (this.closedAt === undefined) await this.#when('the socket to close', () => this.closedAt)
  }

  #data(bytes: Buffer): void {
    const at = performance.now()
    const segment = this.segments.push({ at, bytes }) - 1
    if (this.#answer?.status === 101) {
      this.frames.push(...this.#parser.push(bytes, segment, at))
    } else {
      this.#received = Buffer.concat([this.#received, bytes])
      this.#answer = readHttpAnswer(this.#received, at)
      const more = this.#received.subarray(this.#answer?.size)
      if (this.#answer?.status === 101 && more.length > 0) this.frames.push(...this.#parser.push(more, segment, at))
    }
    this.#changed()
  }

  #changed(): void {
    for (const check of [...this.#waiting]) check()
  }

  #when<T>(what: string, find: () => T | undefined, withinMs = patienceMs): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = find()
        if (found !== undefined) settle(() => resolve(found))
        else if (this.closedAt !== undefined) settle(() => reject(this.#never(what, 'before the socket was closed')))
      }
      const settle = (done: () => void) => {
        clearTimeout(timer)
        this.#waiting.delete(check)
        done()
      }
      const timer = setTimeout(() => settle(() => reject(this.#never(what, `within ${withinMs} ms`))), withinMs)
      this.#waiting.add(check)
      check()
    })
  }

  #never(what: string, when: string): Error {
    const lastFrames = this.frames.slice(-10).map(frame => `  ${frame.opcode}: ${textOf(frame).slice(0, 200)}`)
    const answer = this.#answer ? [this.#answer.statusLine] : [`${this.#received.length} bytes of an HTTP answer`]
    return new Error([`${what} did not come ${when}. What came:`, ...answer, ...lastFrames].join('\n'))
  }
}
