import type { Socket } from 'node:net'
import { type PictureHead, pictureHeadBytes, writePictureHead } from '#protocol/picture-head.ts'
import { headerLengthOf, writeHeader } from './message-header.ts'

/**
 * Writes a picture for the dashboard as one binary WebSocket message. All pages share the JPEG's bytes as the board sent
 * them; only the few bytes before them are made for each page.
 */
export function writePicture(socket: Socket, head: PictureHead, jpeg: Buffer): void {
  const length = pictureHeadBytes + jpeg.length
  const headerLength = headerLengthOf(length)
  const start = Buffer.allocUnsafe(headerLength + pictureHeadBytes)
  writeHeader(start, 0x82, length)
  writePictureHead(new DataView(start.buffer, start.byteOffset, start.length), headerLength, head)
  socket.cork()
  socket.write(start)
  socket.write(jpeg)
  socket.uncork()
}
