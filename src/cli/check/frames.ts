import { randomBytes } from 'node:crypto'

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface CheckFrame {
  fin: boolean
  opcode: number
  payload: Buffer
}

/** These bytes are no WebSocket frame a server may send. */
export class FrameError extends Error {}

const longestPayloadBytes = 4 * 1024 * 1024

/** Encodes one whole client frame, masked as RFC 6455 requires. */
export function encodeFrame(opcode: number, payload: Uint8Array): Buffer {
  const length = payload.length
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const head = Buffer.alloc(2 + extra)
  head[0] = 0x80 | opcode
  head[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127)
  if (extra === 2) head.writeUInt16BE(length, 2)
  if (extra === 8) head.writeBigUInt64BE(BigInt(length), 2)
  const mask = randomBytes(4)
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ mask[at & 3]!)])
}

/** Splits a server's bytes into frames, wherever the received pieces begin and end. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0)

  /** @throws FrameError for a frame that no server may send: masked, compressed, of a reserved kind, or too long. */
  push(bytes: Uint8Array): CheckFrame[] {
    this.#pending = Buffer.concat([this.#pending, bytes])
    const frames: CheckFrame[] = []
    for (;;) {
      const frame = this.#next()
      if (!frame) return frames
      frames.push(frame)
    }
  }

  #next(): CheckFrame | undefined {
    const bytes = this.#pending
    if (bytes.length < 2) return undefined
    const [first, second] = [bytes[0]!, bytes[1]!]
    const opcode = first & 0x0f
    if (first & 0x70) throw new FrameError('a frame with reserved bits: compressed, though nobody agreed to that')
    if (second & 0x80) throw new FrameError('a masked frame, which only clients send')
    if (!Object.values<number>(opcodes).includes(opcode)) throw new FrameError(`a frame of the reserved kind ${opcode}`)
    const short = second & 0x7f
    const headLength = short === 126 ? 4 : short === 127 ? 10 : 2
    if (bytes.length < headLength) return undefined
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
    if (length > longestPayloadBytes) throw new FrameError(`a frame of ${length} bytes`)
    if (bytes.length < headLength + length) return undefined
    this.#pending = bytes.subarray(headLength + length)
    return { fin: (first & 0x80) !== 0, opcode, payload: bytes.subarray(headLength, headLength + length) }
  }
}
