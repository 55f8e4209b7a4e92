import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import { receivedAtHeader } from '#protocol/headers.ts'
import type { Frame } from '../../../core/frames/frame.ts'
import { DarvazaError } from '../../../errors/errors.ts'
import { mayStill } from '../guard.ts'
import type { Mount } from '../mount.ts'
import { attachMjpeg, mjpegHeaders } from './mjpeg.ts'

const tags = ['watching']
const jpeg = {
  description: 'A JPEG, byte for byte as the board sent it; X-Received-At says when it came.',
  content: { 'image/jpeg': { schema: { type: 'string' as const, format: 'binary' } } },
}

export function mountWatch(mount: Mount): void {
  mount('GET /api/devices/{id}/snapshot.jpg', { tags, summary: 'The latest frame', responses: { 200: jpeg } }, c => {
    if (c.var.device.state === 'pending') throw new DarvazaError('device_pending')
    return picture(c, c.env.core.streams.peek(c.var.device.id)?.latest)
  })

  mount(
    'GET /api/devices/{id}/preview.jpg',
    { tags, summary: 'A small picture of a camera that waits for approval', responses: { 200: jpeg } },
    c => picture(c, c.env.core.previews.get(c.var.device.id)),
  )

  mount(
    'GET /api/devices/{id}/stream.mjpeg',
    {
      tags,
      summary: 'Frames as they come, for video players and <img>',
      description: 'A slow viewer skips frames. The dashboard’s way is the WebSocket /ws/view/{id}.',
      responses: { 200: { description: 'multipart/x-mixed-replace' } },
    },
    c => {
      const { core, outgoing } = c.env
      const { device } = c.var
      if (device.state === 'pending') throw new DarvazaError('device_pending')
      if (device.state !== 'active') throw new DarvazaError('wrong_state', { details: { state: device.state } })
      if (c.req.method === 'HEAD') return c.body(null, 200, mjpegHeaders)
      const stream = core.streams.of(device.id)
      if (stream.viewers >= core.limits.viewersPerCamera) throw new DarvazaError('viewers_full')
      attachMjpeg(outgoing, stream, () => mayStill(c.env, 'device.watch', device))
      return RESPONSE_ALREADY_SENT
    },
  )
}

function picture(c: Context, frame: Frame | undefined): Response {
  if (!frame) throw new DarvazaError('no_frame')
  const at = new Date(frame.receivedAt)
  return c.body(frame.jpeg as Buffer<ArrayBuffer>, 200, {
    'Content-Type': 'image/jpeg',
    'Last-Modified': at.toUTCString(),
    [receivedAtHeader]: at.toISOString(),
  })
}
