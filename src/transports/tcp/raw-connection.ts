import { type Server, Socket } from 'node:net'
import type { BoundaryName } from '../../core/faults/boundaries.ts'
import { atBoundary, type FaultShape, type FaultSink } from '../../core/faults/faults.ts'
import type { CloseThrottle } from './close-throttle.ts'
import { closeLater, type DeferredClosing } from './deferred-close.ts'

/** The most that is read at once. */
export const readBytes = 64 * 1024
/** All wires read into this: what is in it is gone with the next read of any of them. */
const readBuffer = Buffer.allocUnsafeSlow(readBytes)

/** Who hears what comes over a wire. */
export interface InputReader {
  /** What it hears may wait for some turns of the loop. */
  readonly isQuiet: boolean
  /** False: nothing more is read before `readOn`. */
  hear(bytes: Buffer, connection: RawConnection): boolean
  /** The other side has hung up: nothing more will come. */
  hungUp(connection: RawConnection): void
  /** What an exception in the two above is reported as. */
  readonly boundary: BoundaryName
  shape?(): FaultShape
  /** There was one. Without this the socket is closed. */
  failed?(): void
}

/**
 * A plain connection that reads into one buffer for all, and tells its ear instead of a stream. Node's own way takes
 * 64 KiB for every read and gives most of it back: without that and the stream a prototype answered 0.47 of the ceiling's
 * pings instead of 0.41 (docs/decisions/0004-board-sockets.md).
 */
export class RawConnection extends Socket implements DeferredClosing {
  readonly acceptedTicks = performance.now()
  reader: InputReader
  /** What came before anybody could make sense of it, one character for each byte. */
  heard = ''

  /** The other side has hung up: nothing more will come. */
  gone = false
  readonly #handle: Handle
  readonly #ends: CloseThrottle
  /** @internal */
  readonly faults: FaultSink

  /** `ends`: counts those who hang up. */
  constructor(handle: Handle, reader: InputReader, ends: CloseThrottle, faults: FaultSink) {
    super({ handle, allowHalfOpen: true, onread: reading, manualStart: true } as unknown as ConstructorParameters<
      typeof Socket
    >[0])
    this.#handle = handle
    this.#ends = ends
    this.faults = faults
    this.reader = reader
    // Boards vanish: whoever hears the wire learns it by its 'close'.
    this.on('error', ignore)
  }

  /**
   * What comes stays with the system until `readOn`: 2 µs, and 2 more if something comes. Nothing of it shows in the
   * stream. Returns whether there is anything to stop.
   */
  stop(): boolean {
    if (this.gone || this.destroyed || !this.#handle.reading) return false
    this.#handle.reading = false
    this.#handle.readStop()
    return true
  }

  /** A wire begins unread. Where Node's stream reads it already, there is nothing to do. */
  readOn(): void {
    if (this.gone || this.destroyed || this.#handle.reading) return
    this.#handle.reading = true
    if (this.#handle.readStart() !== 0) this.destroy()
  }

  /** Closes it when there is time. */
  letGo(): void {
    closeLater(this)
  }

  /** @internal */
  settle(): void {
    this.destroy()
  }

  /** Null is Node's word for the end: that goes to the ear, who decides when this end is one. */
  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (chunk !== null) return super.push(chunk, encoding)
    this.gone = true
    try {
      this.#ends.count()
      this.reader.hungUp(this)
    } catch (error) {
      this.failed(error)
    }
    return false
  }

  /** @internal An exception met it: its ear closes it in its own way, if it has one. */
  failed(error: unknown): void {
    const { reader } = this
    this.faults.caught(reader.boundary, error, () => reader.shape?.() ?? { bytes: this.bytesRead })
    atBoundary(
      this.faults,
      'closing',
      () => (reader.failed ? reader.failed() : this.destroy()),
      () => this.destroy(),
    )
  }

  /** A reset is the end as well, and has Node destroy the socket while it reads. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (error) this.#ends.count()
    super._destroy(error, callback)
  }

  /** The stream ends, as any socket's would. */
  endReading(): void {
    super.push(null)
  }
}

const ignore = (): void => {}

const reading = {
  buffer: readBuffer,
  // The one boundary of all that comes over a plain connection: nothing inside catches a message of its own.
  callback(this: RawConnection, length: number, buffer: Buffer): boolean {
    try {
      return this.reader.hear(buffer.subarray(0, length), this)
    } catch (error) {
      this.failed(error)
      return true
    }
  },
}

/** Hears nothing: of one who is being sent away. */
export const discardInput: InputReader = {
  boundary: 'closing',
  // Unread bytes would turn the close into a reset that can overtake the answer.
  isQuiet: false,
  hear: () => true,
  hungUp: connection => connection.endReading(),
}

/** Lets the wire be a stream like any other: for what Node's HTTP server shall serve. */
export const streamInput: InputReader = {
  boundary: 'request',
  isQuiet: false,
  hear: (bytes, connection) => connection.push(Buffer.from(bytes)),
  hungUp: connection => connection.endReading(),
}

interface Listening {
  onconnection: (this: Listening, error: number, handle: Handle) => void
}
/** Node's own, as its streams use it. */
interface Handle {
  /** Whether it is read. Node keeps this up to date as well, and looks at it before it starts reading. */
  reading: boolean
  /** An error's number, or 0. */
  readStart(): number
  readStop(): void
  setNoDelay(on: boolean): void
  close(): void
}

/**
 * From now on what connects to `server` becomes a wire, where Node lets us: it has no public way to make a
 * server's sockets read differently, or to see a connection before its HTTP server does.
 */
export function acceptRawConnections(
  server: Server,
  onWire: (connection: RawConnection) => void,
  { reader, ends, faults }: { reader: InputReader; ends: CloseThrottle; faults: FaultSink },
): void {
  const listening = (server as unknown as { _handle: Partial<Listening> | null })._handle
  const nodes = listening?.onconnection
  if (!listening || typeof nodes !== 'function') return
  listening.onconnection = function (error, handle) {
    // Node makes an 'error' of the server of it.
    if (error) return nodes.call(this, error, handle)
    const accept = () => {
      handle.setNoDelay(true)
      onWire(new RawConnection(handle, reader, ends, faults))
    }
    atBoundary(faults, 'accept', accept, () => handle.close())
  }
}
