/**
 * Wraps a JPEG for the viewers of one transport. Each format has one function object, which is its cache key.
 */
export type Encode = (jpeg: Buffer) => Buffer

/** One picture of one camera. Its wrapped forms are made once and shared by all viewers. */
export class Frame {
  /** The picture, byte for byte as the board sent it. */
  readonly jpeg: Buffer
  /** The receive time, in ms since 1970 and on the monotonic clock. */
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

  /** The picture in one format. The first format has a field of its own: viewers nearly always use one format. */
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

/** Whether the bytes start with FFD8 and end with FFD9; zeros after that are padding by some cameras. */
export function isJpeg(bytes: Uint8Array): boolean {
  let end = bytes.length
  if (end < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8) return false
  while (end > 4 && bytes[end - 1] === 0) end--
  return bytes[end - 2] === 0xff && bytes[end - 1] === 0xd9
}
