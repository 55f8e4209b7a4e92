import { closeCodes, type FramingErrorCode } from '#protocol/close-codes.ts'
import { copyUnmasked, turned } from './mask.ts'
import { withHeadroom } from './message-header.ts'

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** The first buffer of a message, doubled each time it is full: announcing a large message costs little. */
const firstBytes = 128 * 1024

/** More bytes than any read holds. */
export const wholeRead: number = 2 ** 30

/** Takes the messages of a connection, once they are whole. Buffers are the handler's own, texts are decoded. */
export interface ReceiverHandlers {
  onText(text: string): void
  /** `bytes` has the room for a header before it that `binaryMessage` uses. */
  onBinary(bytes: Buffer): void
  onPing(payload: Buffer): void
  onPong(): void
  /** A text was too large: it was skipped, and reading goes on. `bytes`: the text has at least this many. */
  onTextTooLarge(bytes: number): void
  /** `code`: as the board sent it, 1005 without one. Nothing is read any more. */
  onClose(code: number): void
  /** The bytes are not WebSocket, or too large. `code`: what to close with. Nothing is read any more. */
  onGarbage(code: FramingErrorCode, what: string): void
}

/** Decides about each frame as soon as its header is read. */
export interface FrameFilter {
  /**
   * Returns false to skip the payload, and so the rest of its message; a ping is not answered. Never called for a
   * Close.
   */
  admits(kind: 'text' | 'binary' | 'continuation' | 'control', length: number, isLast: boolean): boolean
}

/**
 * Reads a board's bytes as WebSocket messages (RFC 6455 §5), however they are cut. Each byte is copied once, and
 * unmasked on the way. `ws` instead joins the reads, unmasks them, and copies a picture again behind a header. Holds no
 * buffer while no message is half received. Text need not be UTF-8.
 */
export class Receiver {
  readonly #handlers: ReceiverHandlers
  /** Largest message, in bytes. */
  mostBytes: number
  /** Largest text. A larger one is skipped, where a message of this size may be received at all. */
  readonly #mostTextBytes: number
  /** Set for strangers, and during large reads of a camera: other frames of approved boards are not counted. */
  filter: FrameFilter | undefined
  /** Nothing is read any more. */
  #over = false
  /** The beginning of a header, or of a control frame. */
  #begun: Buffer | undefined
  /** The message that is half received: its bytes so far, its opcode, and what its frame still lacks. */
  #body: Buffer | undefined
  #opcode = 0
  #filled = 0
  #missing = 0
  #mask = 0
  #isLast = false
  /** Whether the partly received message is dropped. */
  #isSkipped = false
  /** The budget that is left until `feed` returns: a frame costs one, and one more for each 256 bytes of it. */
  partLeft = wholeRead

  constructor(handlers: ReceiverHandlers, mostBytes: number, mostTextBytes = mostBytes) {
    this.#handlers = handlers
    this.mostBytes = mostBytes
    this.#mostTextBytes = mostTextBytes
  }

  /**
   * Reads `bytes`, which may be overwritten afterwards. Returns false when `partLeft` is used up: the rest is kept for
   * the next call, which may pass no bytes.
   */
  feed(bytes: Buffer): boolean {
    let chunk = bytes
    if (this.#begun) {
      chunk = bytes.length > 0 ? Buffer.concat([this.#begun, bytes]) : this.#begun
      this.#begun = undefined
    }
    let at = 0
    while (at < chunk.length && !this.#over) {
      if (this.#missing > 0) at = this.#goOn(chunk, at)
      else if (this.partLeft > 0) at = this.#frame(chunk, at)
      else {
        this.#begun = chunk === bytes ? Buffer.from(chunk.subarray(at)) : chunk.subarray(at)
        return false
      }
    }
    return true
  }

  /** Reads the frame that begins at `start`. Returns where reading goes on. */
  #frame(chunk: Buffer, start: number): number {
    const left = chunk.length - start
    if (left < 2) return this.#wait(chunk, start)
    const first = chunk[start]!
    const second = chunk[start + 1]!
    const problem = this.#problem(first, second)
    if (problem) return this.#garbage(closeCodes.protocolError, problem)
    let length = second & 0x7f
    let at = start + 2
    if (length === 126) {
      if (left < 4) return this.#wait(chunk, start)
      length = chunk.readUInt16BE(at)
      at += 2
    } else if (length === 127) {
      if (left < 10) return this.#wait(chunk, start)
      length = chunk.readUInt32BE(at) * 2 ** 32 + chunk.readUInt32BE(at + 4)
      at += 8
    }
    if (this.#filled + length > this.mostBytes && (first & 0x0f) < opcodes.close)
      return this.#garbage(closeCodes.messageTooBig, `a message of more than ${this.mostBytes} bytes`)
    if (chunk.length - at < 4) return this.#wait(chunk, start)
    const mask = chunk.readInt32BE(at)
    at += 4
    this.partLeft -= 1 + (length >> 8)
    if ((first & 0x0f) >= opcodes.close) {
      if (chunk.length - at < length) return this.#wait(chunk, start)
      if (!this.filter || (first & 0x0f) === opcodes.close || this.filter.admits('control', length, true))
        this.#control(first & 0x0f, chunk, at, mask, length)
      return at + length
    }
    if (first & 0x0f) this.#opcode = first & 0x0f
    this.#isLast = first >= 0x80
    if (this.filter && !this.filter.admits(kindOf(first & 0x0f), length, this.#isLast)) this.#skip()
    if (this.#opcode === opcodes.text && this.#filled + length > this.#mostTextBytes && !this.#isSkipped) {
      const bytes = this.#filled + length
      this.#skip()
      this.#handlers.onTextTooLarge(bytes)
    }
    if (this.#isSkipped) {
      this.#missing = length
      return this.#goOn(chunk, at)
    }
    // Nearly every text is complete in one read: it is decoded in place.
    if (this.#opcode === opcodes.text && this.#isLast && !this.#body && chunk.length - at >= length) {
      copyUnmasked(chunk, at, mask, chunk, at, length)
      this.#opcode = 0
      this.#handlers.onText(chunk.toString('utf8', at, at + length))
      return at + length
    }
    this.#mask = mask
    this.#missing = length
    this.#body ??= withHeadroom(Math.min(length, firstBytes))
    return this.#goOn(chunk, at)
  }

  /** Handles more bytes of the partly received frame. */
  #goOn(chunk: Buffer, at: number): number {
    const length = Math.min(this.#missing, chunk.length - at)
    if (this.#isSkipped) {
      this.#missing -= length
      if (this.#missing === 0 && this.#isLast) {
        this.#isSkipped = false
        this.#opcode = 0
      }
      return at + length
    }
    const body = this.#roomFor(length)
    copyUnmasked(chunk, at, this.#mask, body, this.#filled, length)
    this.#mask = turned(this.#mask, length)
    this.#filled += length
    this.#missing -= length
    if (this.#missing === 0 && this.#isLast)
      this.#message(body.length > this.#filled ? body.subarray(0, this.#filled) : body)
    return at + length
  }

  #roomFor(more: number): Buffer {
    const body = this.#body!
    const needed = this.#filled + more
    if (needed <= body.length) return body
    // The buffer never exceeds what the frame announced, so that a picture in one frame ends where its buffer ends.
    const larger = withHeadroom(Math.max(needed, Math.min(this.#filled + this.#missing, body.length * 2)))
    body.copy(larger, 0, 0, this.#filled)
    this.#body = larger
    return larger
  }

  #message(body: Buffer): void {
    const opcode = this.#opcode
    this.#body = undefined
    this.#opcode = 0
    this.#filled = 0
    if (opcode === opcodes.binary) this.#handlers.onBinary(body)
    else this.#handlers.onText(body.toString())
  }

  #control(opcode: number, chunk: Buffer, at: number, mask: number, length: number): void {
    const payload = Buffer.alloc(length)
    copyUnmasked(chunk, at, mask, payload, 0, length)
    if (opcode === opcodes.ping) return this.#handlers.onPing(payload)
    if (opcode === opcodes.pong) return this.#handlers.onPong()
    const code = length > 0 ? payload.readUInt16BE(0) : closeCodes.none
    if (length > 0 && !isCloseCode(code)) return void this.#garbage(closeCodes.protocolError, `the close code ${code}`)
    this.#end()
    this.#handlers.onClose(code)
  }

  /** The fault in a header's first two bytes. */
  #problem(first: number, second: number): string | undefined {
    const opcode = first & 0x0f
    if (first & 0x70) return 'a reserved bit'
    if (opcode >= opcodes.close) {
      if (opcode > opcodes.pong) return `the opcode ${opcode}`
      if (first < 0x80) return 'a control frame in fragments'
      if ((second & 0x7f) > 125 || (opcode === opcodes.close && (second & 0x7f) === 1))
        return 'a control frame of a wrong length'
    } else if (opcode > opcodes.binary) return `the opcode ${opcode}`
    else if ((opcode === opcodes.continuation) !== (this.#opcode !== 0)) return 'a fragment out of order'
    return second < 0x80 ? 'a frame without a mask' : undefined
  }

  /** Drops the message that is half received. */
  #skip(): void {
    this.#isSkipped = true
    this.#body = undefined
    this.#filled = 0
  }

  #wait(chunk: Buffer, start: number): number {
    // The rest is copied, as the chunk may be overwritten later, and may be large.
    this.#begun = Buffer.from(chunk.subarray(start))
    return chunk.length
  }

  #garbage(code: FramingErrorCode, what: string): number {
    this.#end()
    this.#handlers.onGarbage(code, what)
    return 0
  }

  #end(): void {
    this.#over = true
    this.#body = undefined
    this.#begun = undefined
  }
}

const kindOf = (opcode: number): 'text' | 'binary' | 'continuation' =>
  opcode === opcodes.text ? 'text' : opcode === opcodes.binary ? 'binary' : 'continuation'

/** Codes that may be on the wire: RFC 6455 §7.4 and its registry. */
const isCloseCode = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code <= 4999)
