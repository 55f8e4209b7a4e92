/**
 * Wraps a JPEG for the viewers of one transport. There is one function object per format: it is the cache key.
 */
export type Encode = (jpeg: Buffer) => Buffer

/** One picture of one camera. Its wrapped forms are made once and shared by all viewers. */
export class Frame {
  /** Byte for byte as the board sent it. */
  readonly jpeg: Buffer
  /** Milliseconds since 1970, and on the monotonic clock. */
  readonly receivedAt: number
  readonly receivedTicks: number
  #encode: Encode | undefined
  #encoded: Buffer | undefined
  #others: Map<Encode, Buffer> | undefined

  constructor(jpeg: Buffer, receivedAt: number, receivedTicks: number) {
    this.jpeg = jpeg
    this.receivedAt = receivedAt
    this.receivedTicks = receivedTicks
  }

  /** The picture in one format. The first format used has a slot of its own: fan-out is nearly always one format. */
  as(encode: Encode): Buffer {
    if (encode === this.#encode) return this.#encoded!
    if (this.#encode === undefined) {
      this.#encode = encode
      this.#encoded = encode(this.jpeg)
      return this.#encoded
    }
    this.#others ??= new Map()
    let bytes = this.#others.get(encode)
    if (!bytes) this.#others.set(encode, (bytes = encode(this.jpeg)))
    return bytes
  }
}

/** Starts FFD8 and ends FFD9; some cameras pad with zeros behind the end. */
export function isJpeg(bytes: Uint8Array): boolean {
  let end = bytes.length
  if (end < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8) return false
  while (end > 4 && bytes[end - 1] === 0) end--
  return bytes[end - 2] === 0xff && bytes[end - 1] === 0xd9
}
