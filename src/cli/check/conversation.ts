import type { Socket } from 'node:net'
import { type CheckFrame, encodeFrame, FrameError, FrameReader, opcodes } from './frames.ts'

export interface Message {
  opcode: number
  payload: Buffer
  /** `type` of a JSON text message. */
  type?: string | undefined
  at: number
}

/** The end: a Close from the `gateway`, none (`network`), bytes that are no frame (`garbage`), or the test (`us`). */
export interface Ending {
  by: 'gateway' | 'network' | 'garbage' | 'us'
  at: number
  code?: number
  says?: string
}

/** An open WebSocket used as a board does: it answers WebSocket pings and `ping` messages, and measures silences. */
export class Conversation {
  readonly startedAt = performance.now()
  readonly ended: Promise<Ending>
  /** The `connection_ack`, when it was received. */
  greeting: Message | undefined
  #ending: Ending | undefined
  readonly #socket: Socket
  readonly #reader = new FrameReader()
  readonly #unread: Message[] = []
  #waiting: ((message: Message) => void) | undefined
  #receivedAt = this.startedAt
  #textAt = this.startedAt
  #longestSilenceMs = 0
  #longestTextSilenceMs = 0
  /** Frames of a message that has not ended. */
  #parts: CheckFrame[] = []

  constructor(socket: Socket) {
    this.#socket = socket
    this.ended = new Promise(resolve => {
      const end = (ending: Omit<Ending, 'at'>) => {
        this.#ending ??= { ...ending, at: performance.now() }
        resolve(this.#ending)
      }
      socket.on('data', (bytes: Buffer) => this.#receive(bytes, end))
      socket.on('error', () => {})
      socket.on('end', () => end({ by: 'network' }))
      socket.on('close', () => end({ by: 'network' }))
    })
  }

  get ending(): Ending | undefined {
    return this.#ending
  }

  /** In ms: the longest times without a frame and without application text, which Picos count, and the current one. */
  get silences(): { longestMs: number; longestTextMs: number; nowMs: number } {
    const until = this.#ending?.at ?? performance.now()
    return {
      longestMs: Math.max(this.#longestSilenceMs, until - this.#receivedAt),
      longestTextMs: Math.max(this.#longestTextSilenceMs, until - this.#textAt),
      nowMs: until - this.#receivedAt,
    }
  }

  say(message: unknown): void {
    this.#send(opcodes.text, Buffer.from(JSON.stringify(message)))
  }

  ping(payload: string): void {
    this.#send(opcodes.ping, Buffer.from(payload))
  }

  /** The next message that fits, received already or within `withinMs`; undefined if there is none. */
  async next(fits: (message: Message) => boolean, withinMs: number): Promise<Message | undefined> {
    const known = this.#unread.findIndex(fits)
    if (known >= 0) return this.#unread.splice(known, 1)[0]
    let timer: NodeJS.Timeout | undefined
    const found = await Promise.race([
      new Promise<Message>(resolve => {
        this.#waiting = message => {
          if (!fits(message)) return this.#keep(message)
          this.#waiting = undefined
          resolve(message)
        }
      }),
      new Promise<undefined>(resolve => {
        timer = setTimeout(() => resolve(undefined), withinMs)
      }),
      this.ended.then(() => undefined),
    ])
    clearTimeout(timer)
    this.#waiting = undefined
    return found
  }

  /** Sends a Close, and destroys the socket half a second later, with or without an answer. */
  close(): void {
    this.#ending ??= { by: 'us', at: performance.now() }
    this.#send(opcodes.close, Buffer.from([0x03, 0xe8]))
    this.#socket.end()
    const destroyTimer = setTimeout(() => this.#socket.destroy(), 500)
    this.#socket.once('close', () => clearTimeout(destroyTimer))
  }

  destroy(): void {
    this.#ending ??= { by: 'us', at: performance.now() }
    this.#socket.destroy()
  }

  #send(opcode: number, payload: Buffer): void {
    if (this.#socket.writable) this.#socket.write(encodeFrame(opcode, payload))
  }

  #keep(message: Message): void {
    this.#unread.push(message)
    if (this.#unread.length > 100) this.#unread.shift()
  }

  #receive(bytes: Buffer, end: (ending: Omit<Ending, 'at'>) => void): void {
    const now = performance.now()
    this.#longestSilenceMs = Math.max(this.#longestSilenceMs, now - this.#receivedAt)
    this.#receivedAt = now
    try {
      for (const frame of this.#reader.push(bytes)) this.#take(frame, now, end)
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      end({ by: 'garbage', says: error.message })
      this.#socket.destroy()
    }
  }

  #take(frame: CheckFrame, now: number, end: (ending: Omit<Ending, 'at'>) => void): void {
    if (frame.opcode < opcodes.close) {
      this.#parts.push(frame)
      if (!frame.fin) return
      const payload = Buffer.concat(this.#parts.map(part => part.payload))
      const { opcode } = this.#parts[0]!
      this.#parts = []
      return this.#message({ opcode, payload, at: now, type: opcode === opcodes.text ? typeOf(payload) : undefined })
    }
    if (frame.opcode === opcodes.ping) this.#send(opcodes.pong, frame.payload)
    if (frame.opcode === opcodes.close) {
      const code = frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : 1005
      end({ by: 'gateway', code, says: frame.payload.subarray(2).toString() })
      this.#send(opcodes.close, frame.payload.subarray(0, 2))
      this.#socket.end()
      return
    }
    this.#message({ opcode: frame.opcode, payload: frame.payload, at: now })
  }

  #message(message: Message): void {
    if (message.opcode === opcodes.text) {
      this.#longestTextSilenceMs = Math.max(this.#longestTextSilenceMs, message.at - this.#textAt)
      this.#textAt = message.at
      if (message.type === 'ping') this.say({ type: 'pong' })
    }
    if (this.#waiting) this.#waiting(message)
    else this.#keep(message)
  }
}

function typeOf(payload: Buffer): string | undefined {
  try {
    return (JSON.parse(payload.toString()) as { type?: string } | null)?.type
  } catch {
    return undefined
  }
}
