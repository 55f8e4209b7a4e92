/** How long a message's header is, towards a viewer. */
const headerLengthOf = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10)

/** Room for a payload, and before it exactly the room for the header that `binaryMessage` puts there. */
export function withHeadroom(length: number): Buffer {
  const headerLength = headerLengthOf(length)
  return Buffer.allocUnsafeSlow(headerLength + length).subarray(headerLength)
}

/**
 * A JPEG as one unmasked binary WebSocket message, final and uncompressed (RFC 6455 §5.2). Header and payload are one
 * buffer, made once for all viewers: a write per viewer, and no copy per viewer. Where the payload was received into
 * a buffer of `withHeadroom` and fills it, the header is put before it, and there is no copy at all.
 */
export function binaryMessage(payload: Buffer): Buffer {
  const length = payload.length
  const headerLength = headerLengthOf(length)
  const hasRoom = payload.byteOffset === headerLength && payload.buffer.byteLength === headerLength + length
  const message = hasRoom ? Buffer.from(payload.buffer) : Buffer.allocUnsafeSlow(headerLength + length)
  message[0] = 0x82
  if (headerLength === 2) message[1] = length
  else if (headerLength === 4) {
    message[1] = 126
    message.writeUInt16BE(length, 2)
  } else {
    message[1] = 127
    message.writeBigUInt64BE(BigInt(length), 2)
  }
  if (!hasRoom) payload.copy(message, headerLength)
  return message
}

/** A header towards the board, as one character for each byte: opcode and length, unmasked (RFC 6455 §5.2). */
export function header(first: number, length: number): string {
  if (length < 126) return String.fromCharCode(first, length)
  if (length < 65_536) return String.fromCharCode(first, 126, length >> 8, length & 0xff)
  const bytes = Buffer.alloc(10)
  bytes[0] = first
  bytes[1] = 127
  bytes.writeBigUInt64BE(BigInt(length), 2)
  return bytes.toString('latin1')
}
