import type { ServerResponse } from 'node:http'
import type { Frame } from '../../core/frames/frame.ts'
import type { FrameRoom, Viewer } from '../../core/frames/room.ts'
import { commonHeaders } from './headers.ts'

const boundary = 'darvaza-next-frame'

/** A viewer whose network died without a word is noticed by the system, from this long without traffic. */
const probeDeadAfterMs = 30_000

export const mjpegHeaders = {
  'Content-Type': `multipart/x-mixed-replace; boundary=${boundary}`,
  Connection: 'close',
} as const

/** One part for all viewers. The boundary stands behind the picture: many players show a part only once they see its end. */
function mjpegPart(jpeg: Buffer): Buffer {
  const head = `Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`
  const tail = `\r\n--${boundary}\r\n`
  const part = Buffer.allocUnsafeSlow(head.length + jpeg.length + tail.length)
  part.write(head, 0, 'latin1')
  jpeg.copy(part, head.length)
  part.write(tail, head.length + jpeg.length, 'latin1')
  return part
}

/** Shows a camera to one HTTP viewer, until either leaves or it may not watch any more. Ends with the connection: the parts have no length in all. */
export function attachMjpeg(response: ServerResponse, room: FrameRoom, mayStay: () => boolean): void {
  // Known to the end by closing, rather than in chunks: a part leaves as one write of shared bytes.
  response.removeHeader('Transfer-Encoding')
  response.writeHead(200, { ...commonHeaders, ...mjpegHeaders })
  response.write(`--${boundary}\r\n`)
  response.socket?.setKeepAlive(true, probeDeadAfterMs)
  const viewer: Viewer = {
    mayStay,
    deliver(frame: Frame, sent: () => void) {
      if (!response.destroyed) response.write(frame.as(mjpegPart), error => error ?? sent())
    },
    drop() {
      response.destroy()
    },
  }
  const seat = room.join(viewer)
  response.on('error', () => {})
  response.once('close', () => seat.leave())
}
