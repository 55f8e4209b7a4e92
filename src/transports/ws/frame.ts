/** A message's header is at most this long, towards a viewer. */
const headroom = 10

/** Room for a payload, and before it room for the header that `binaryMessage` puts there. */
export const withHeadroom = (length: number): Buffer => Buffer.allocUnsafeSlow(headroom + length).subarray(headroom)

/**
 * A JPEG as one unmasked binary WebSocket message, final and uncompressed (RFC 6455 §5.2). Header and payload are one
 * buffer, made once for all viewers: a write per viewer, and no copy per viewer. Where the payload was received into
 * a buffer of `withHeadroom` and fills it, the header is put before it, and there is no copy at all.
 */
export function binaryMessage(payload: Buffer): Buffer {
  const length = payload.length
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const hasRoom = payload.byteOffset === headroom && payload.buffer.byteLength === headroom + length
  const message = hasRoom
    ? Buffer.from(payload.buffer, headroom - headerLength)
    : Buffer.allocUnsafeSlow(headerLength + length)
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
