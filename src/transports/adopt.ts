import { Socket } from 'node:net'

/** All adopted sockets read into this: what is in it is gone with the next read of any of them. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024)

/** A socket's own handle. Node has no public way to give a socket that its server accepted another way of reading. */
interface Handle {
  reading: boolean
  readStop(): void
}
type Handled = Socket & { _handle: Handle | null }

/** Emitted on a socket whose connection goes on in another one. */
export const moved = 'moved'

/**
 * Moves a plain connection into a socket that reads into one buffer for all, with `hear` (one function for all; false
 * pauses) instead of stream events. Node's own way takes 64 KiB for every read and gives most of it back: without that and
 * the stream a prototype answered 0.47 of the ceiling's pings instead of 0.41 (docs/decisions/0004-board-sockets.md). The
 * old socket ends, and with it what the HTTP server held. `early` is what it had read already. Nothing where there is no
 * bare handle, as with TLS.
 */
export function adopt(
  socket: Socket,
  hear: (this: Socket, length: number, buffer: Buffer) => boolean,
): { socket: Socket; early: Buffer | null } | undefined {
  const handle = (socket as Handled)._handle
  if (!handle || 'encrypted' in socket) return undefined
  const early = socket.read() as Buffer | null
  // Reading starts anew in the new socket, so that it also hears of an end that the old one has seen.
  handle.readStop()
  handle.reading = false
  ;(socket as Handled)._handle = null
  const heir: Socket = new Socket({
    handle,
    onread: {
      buffer: readBuffer,
      callback: hear,
    },
  } as unknown as ConstructorParameters<typeof Socket>[0])
  socket.emit(moved, heir)
  socket.destroy()
  return { socket: heir.resume(), early }
}
