import { type Server, Socket } from 'node:net'

/** All wires read into this: what is in it is gone with the next read of any of them. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024)

/** Who hears what comes over a wire. */
export interface Ear {
  /** False: nothing more is read before `readOn`. */
  hear(bytes: Buffer, wire: Wire): boolean
  /** The other side has hung up: nothing more will come. */
  hungUp(wire: Wire): void
}

/**
 * A plain connection that reads into one buffer for all, and tells its ear instead of a stream. Node's own way takes
 * 64 KiB for every read and gives most of it back: without that and the stream a prototype answered 0.47 of the ceiling's
 * pings instead of 0.41 (docs/decisions/0004-board-sockets.md).
 */
export class Wire extends Socket {
  readonly acceptedTicks = performance.now()
  ear: Ear
  /** What came before anybody could make sense of it, one character for each byte. */
  heard = ''

  /** Nothing is read until `readOn`. */
  stopped = false

  constructor(handle: unknown, ear: Ear) {
    super({ handle, allowHalfOpen: true, onread: reading } as unknown as ConstructorParameters<typeof Socket>[0])
    this.ear = ear
    // Boards vanish: whoever hears the wire learns it by its 'close'.
    this.on('error', ignore)
  }

  readOn(): void {
    if (!this.stopped) return
    this.stopped = false
    this.resume()
  }

  /** Null is Node's word for the end: that goes to the ear, who decides when this end is one. */
  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (chunk !== null) return super.push(chunk, encoding)
    this.ear.hungUp(this)
    return false
  }

  /** The stream ends, as any socket's would. */
  endReading(): void {
    super.push(null)
  }
}

const ignore = (): void => {}

const reading = {
  buffer: readBuffer,
  callback(this: Wire, length: number, buffer: Buffer): boolean {
    const goesOn = this.ear.hear(buffer.subarray(0, length), this)
    this.stopped = !goesOn
    return goesOn
  },
}

/** Hears nothing: of one who is being sent away. */
export const deafEar: Ear = {
  hear: () => true,
  hungUp: wire => wire.endReading(),
}

/** Lets the wire be a stream like any other: for what Node's HTTP server shall serve. */
export const streamEar: Ear = {
  hear: (bytes, wire) => wire.push(Buffer.from(bytes)),
  hungUp: wire => wire.endReading(),
}

interface Listening {
  onconnection: (this: Listening, error: number, handle: Handle) => void
}
interface Handle {
  setNoDelay(on: boolean): void
}

/**
 * From now on what connects to `server` becomes a wire, where Node lets us: it has no public way to make a
 * server's sockets read differently, or to see a connection before its HTTP server does.
 */
export function acceptAsWires(server: Server, onWire: (wire: Wire) => void, ear: Ear): void {
  const listening = (server as unknown as { _handle: Partial<Listening> | null })._handle
  const nodes = listening?.onconnection
  if (!listening || typeof nodes !== 'function') return
  listening.onconnection = function (error, handle) {
    if (error) return nodes.call(this, error, handle)
    handle.setNoDelay(true)
    onWire(new Wire(handle, ear))
  }
}
