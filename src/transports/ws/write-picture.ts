import type { Socket } from 'node:net'
import { type PictureHead, pictureHeadBytes, writePictureHead } from '../../protocol/picture-head.ts'

/**
 * Writes a picture for the dashboard as one unmasked binary WebSocket message (RFC 6455 §5.2). The JPEG's bytes are
 * those the board sent, shared by all who look; only the few bytes before it are each page's own.
 */
export function writePicture(socket: Socket, head: PictureHead, jpeg: Buffer): void {
  const length = pictureHeadBytes + jpeg.length
  const prefix = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const start = Buffer.allocUnsafe(prefix + pictureHeadBytes)
  start[0] = 0x82
  if (prefix === 2) start[1] = length
  else if (prefix === 4) {
    start[1] = 126
    start.writeUInt16BE(length, 2)
  } else {
    start[1] = 127
    start.writeBigUInt64BE(BigInt(length), 2)
  }
  writePictureHead(new DataView(start.buffer, start.byteOffset, start.length), prefix, head)
  socket.cork()
  socket.write(start)
  socket.write(jpeg)
  socket.uncork()
}
