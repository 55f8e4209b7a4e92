/** Length of a message's header, as a server sends it: unmasked, final and uncompressed (RFC 6455 §5.2). */
export const headerLengthOf = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10)

/** Writes the header of a message of `length` bytes to the start of `bytes`. `first`: its first byte, 0x80 and the opcode. */
export function writeHeader(bytes: Buffer, first: number, length: number): void {
  bytes[0] = first
  if (length < 126) bytes[1] = length
  else if (length < 65_536) {
    bytes[1] = 126
    bytes.writeUInt16BE(length, 2)
  } else {
    bytes[1] = 127
    bytes.writeBigUInt64BE(BigInt(length), 2)
  }
}

/** The header of `writeHeader`, one Latin-1 character a byte. Short messages, nearly all, need no Buffer for it. */
export function headerText(first: number, length: number): string {
  if (length < 126) return String.fromCharCode(first, length)
  if (length < 65_536) return String.fromCharCode(first, 126, length >> 8, length & 0xff)
  const bytes = Buffer.alloc(headerLengthOf(length))
  writeHeader(bytes, first, length)
  return bytes.toString('latin1')
}

/** A buffer for a payload, with exactly the space before it that `binaryMessage` needs for the header. */
export function withHeadroom(length: number): Buffer {
  const headerLength = headerLengthOf(length)
  return Buffer.allocUnsafeSlow(headerLength + length).subarray(headerLength)
}

/**
 * A JPEG as one binary WebSocket message. Header and payload are one buffer, made once for all viewers: a write per
 * viewer, and no copy per viewer. Where the payload was received into a buffer of `withHeadroom` and fills it, the header
 * is put before it, and there is no copy at all.
 */
export function binaryMessage(payload: Buffer): Buffer {
  const length = payload.length
  const headerLength = headerLengthOf(length)
  const hasHeadroom = payload.byteOffset === headerLength && payload.buffer.byteLength === headerLength + length
  const message = hasHeadroom ? Buffer.from(payload.buffer) : Buffer.allocUnsafeSlow(headerLength + length)
  writeHeader(message, 0x82, length)
  if (!hasHeadroom) payload.copy(message, headerLength)
  return message
}
