/** A WebSocket frame as the gateway sent it. */
export interface ServerFrame {
  fin: boolean
  /** The three reserved bits; 4 marks a compressed message. */
  rsv: number
  opcode: number
  masked: boolean
  payload: Buffer
  /** Header and payload together, in bytes. */
  size: number
  /** Indexes of the TCP segments that carried the frame's first and last byte. */
  firstSegment: number
  lastSegment: number
  /** The time when the frame's last byte arrived, on the monotonic clock. */
  at: number
}

/** A frame's payload as text. */
export const textOf = (frame: ServerFrame): string => frame.payload.toString()
// biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
export const jsonOf = (frame: ServerFrame): any => JSON.parse(textOf(frame))
export const closeCodeOf = (frame: ServerFrame): number =>
  frame.payload.length >= 2 ? frame.payload.readUInt16BE() : 1005

/** Splits the gateway's bytes into frames, and records the TCP segments in which each frame arrived. */
export class ServerFrames {
  #bytes: Buffer = Buffer.alloc(0)
  /** Each segment with bytes still to parse: its index, and where it ends, counted from the start of the connection. */
  #marks: { segment: number; end: number }[] = []
  #taken = 0
  #received = 0

  push(bytes: Buffer, segment: number, at: number): ServerFrame[] {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    this.#received += bytes.length
    this.#marks.push({ segment, end: this.#received })
    const frames: ServerFrame[] = []
    for (let frame = this.#next(at); frame; frame = this.#next(at)) frames.push(frame)
    return frames
  }

  /** How many bytes of an incomplete frame have arrived. */
  get unfinished(): number {
    return this.#bytes.length
  }

  #next(at: number): ServerFrame | undefined {
    const bytes = this.#bytes
    if (bytes.length < 2) return undefined
    const short = bytes[1]! & 0x7f
    const head = short === 126 ? 4 : short === 127 ? 10 : 2
    if (bytes.length < head) return undefined
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
    const size = head + length
    if (bytes.length < size) return undefined
    const firstSegment = this.#segmentAt(this.#taken)
    const lastSegment = this.#segmentAt(this.#taken + size - 1)
    this.#taken += size
    this.#bytes = bytes.subarray(size)
    this.#marks = this.#marks.filter(mark => mark.end > this.#taken)
    return {
      fin: (bytes[0]! & 0x80) !== 0,
      rsv: (bytes[0]! >> 4) & 7,
      opcode: bytes[0]! & 15,
      masked: (bytes[1]! & 0x80) !== 0,
      payload: bytes.subarray(head, size),
      size,
      firstSegment,
      lastSegment,
      at,
    }
  }

  #segmentAt(position: number): number {
    return this.#marks.find(mark => mark.end > position)!.segment
  }
}
