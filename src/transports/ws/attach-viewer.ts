import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { closeCodes } from '#protocol/close-codes.ts'
import { atBoundary, type FaultSink } from '../../core/faults/faults.ts'
import type { CameraStream, DropReason, Viewer } from '../../core/frames/camera-stream.ts'
import type { Frame } from '../../core/frames/frame.ts'
import { closeCodeOf } from '../../errors/errors.ts'
import { keepViewerAlive } from './keep-viewer-alive.ts'
import { binaryMessage } from './message-header.ts'

/** Close code and reason. */
const closings: Record<DropReason, [code: number, reason: string]> = {
  'too-slow': [closeCodeOf('viewer_too_slow'), 'viewer_too_slow'],
  'not-allowed': [closeCodes.unauthorized, 'forbidden'],
  'camera-gone': [closeCodes.goingAway, 'camera gone'],
  failed: [closeCodes.internal, 'internal'],
}

/**
 * Shows a camera to one WebSocket viewer, for as long as `mayStay`. Frames are written straight to the socket, as one
 * ready-made message for all viewers: no copy and no header per viewer. Safe beside `ws`, which writes its own
 * (control) messages whole and at once, as neither compression nor fragments are ever used here.
 */
export function attachViewer(
  ws: WebSocket,
  socket: Socket,
  { stream, mayStay, faults }: { stream: CameraStream; mayStay: () => boolean; faults: FaultSink },
): void {
  const isEncrypted = 'encrypted' in socket
  const viewer: Viewer = {
    mayStay,
    deliver(frame: Frame, sent: () => void) {
      if (ws.readyState !== ws.OPEN) return
      if (isEncrypted) return void socket.write(frame.as(binaryMessage), sent)
      socket.write(frame.as(binaryMessage))
      // Bytes that the system took at once need no callback: without one, 1 camera with 50 viewers went from 0.67 to
      // 0.74 of the ceiling. For other bytes, an empty write queued behind them reports when they are sent.
      if (socket.writableLength === 0) sent()
      else socket.write('', sent)
    },
    drop(reason) {
      ws.close(...closings[reason])
      // A viewer that reads nothing would not read a Close either.
      if (reason === 'too-slow') socket.destroy()
    },
  }
  const reader = stream.join(viewer)
  keepViewerAlive(ws, ping => atBoundary(faults, 'viewer', ping, () => ws.terminate()))
  ws.on('error', () => {})
  ws.on('close', () => atBoundary(faults, 'closing', () => reader.leave()))
}
