import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { CameraStream, Viewer } from '../../../core/frames/camera-stream.ts'
import type { Encode, Frame } from '../../../core/frames/frame.ts'
import { commonHeaders } from '../common-headers.ts'

/**
 * The boundary cannot be guessed: a camera whose picture held it could cut its picture in two, and choose the type of
 * the second part. All viewers have the same boundary, as they share the bytes of a part.
 */
const boundary = `darvaza-next-frame-${randomBytes(16).toString('hex')}`
const nextPart = `--${boundary}\r\n`
const contentType = 'Content-Type: image/jpeg\r\n'

/** After this long without traffic the system starts to check whether the viewer is still connected. */
const probeDeadAfterMs = 30_000

export const mjpegHeaders = {
  'Content-Type': `multipart/x-mixed-replace; boundary=${boundary}`,
  Connection: 'close',
  // nginx buffers pictures by itself, until its buffer is full, unless this header forbids it.
  'X-Accel-Buffering': 'no',
} as const

/** How parts are cut. A picture is followed by the bytes that viewers wait for, else it is shown one frame late. */
interface Cut {
  start: string
  part: Encode
}

/** The cut for players, which read as many bytes as `Content-Length` states. */
const measured: Cut = {
  start: nextPart,
  part: jpeg => wrap(`${contentType}Content-Length: ${jpeg.length}\r\n\r\n`, jpeg, `\r\n${nextPart}`),
}

/** The cut for Chromium, Safari and the like: they show a picture once they have read the headers of the next one. */
const announced: Cut = {
  start: `${nextPart}${contentType}\r\n`,
  part: jpeg => wrap('', jpeg, `\r\n${nextPart}${contentType}\r\n`),
}

/** Shows a camera to one HTTP viewer, until either disconnects or the viewer may not watch any more. */
export function attachMjpeg(response: ServerResponse, stream: CameraStream, mayStay: () => boolean): void {
  const cut = /AppleWebKit/.test(response.req.headers['user-agent'] ?? '') ? announced : measured
  // Closing the connection marks the end, so no chunks are needed: a part leaves as one write of bytes that all viewers
  // share.
  response.removeHeader('Transfer-Encoding')
  response.writeHead(200, { ...commonHeaders, ...mjpegHeaders })
  response.write(cut.start)
  response.socket?.setKeepAlive(true, probeDeadAfterMs)
  const viewer: Viewer = {
    mayStay,
    deliver(frame: Frame, sent: () => void) {
      if (!response.destroyed) response.write(frame.as(cut.part), error => error ?? sent())
    },
    drop() {
      response.destroy()
    },
  }
  const reader = stream.join(viewer)
  response.on('error', () => {})
  response.once('close', () => reader.leave())
}

function wrap(head: string, jpeg: Buffer, tail: string): Buffer {
  const part = Buffer.allocUnsafeSlow(head.length + jpeg.length + tail.length)
  part.write(head, 0, 'latin1')
  jpeg.copy(part, head.length)
  part.write(tail, head.length + jpeg.length, 'latin1')
  return part
}
