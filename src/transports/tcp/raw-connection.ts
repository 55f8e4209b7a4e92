import { type Server, Socket } from 'node:net'
import type { BoundaryName } from '../../core/faults/boundaries.ts'
import { atBoundary, type FaultShape, type FaultSink } from '../../core/faults/faults.ts'
import { closeLater, type DeferredClosing } from './deferred-close.ts'

/** The most bytes read at once. */
export const readBytes = 64 * 1024
/** The buffer that all raw connections read into: its content lasts until the next read of any of them. */
const readBuffer = Buffer.allocUnsafeSlow(readBytes)

/** Takes the input of a raw connection. */
export interface InputReader {
  /** Whether the connection's input may wait for some turns of the loop. */
  readonly isQuiet: boolean
  /** Returns false to have nothing more read before `readOn`. */
  onBytes(bytes: Buffer, connection: RawConnection): boolean
  /** The other side has ended: nothing more will come. */
  onEnd(connection: RawConnection): void
  /** The boundary that an exception in `onBytes` or `onEnd` is reported for. */
  readonly boundary: BoundaryName
  shape?(): FaultShape
  /** Closes the connection after such an exception. Without this the socket is destroyed. */
  failed?(): void
}

/** Counts connections that ended or were reset. */
export interface CloseCounter {
  countEnd(): void
}

/**
 * A plain connection that reads into one buffer for all, and passes its input to a reader instead of a stream. Node's own
 * way takes 64 KiB for every read and gives most of it back: without that and the stream a prototype answered 0.47 of the ceiling's
 * pings instead of 0.41 (docs/decisions/0004-board-sockets.md).
 */
export class RawConnection extends Socket implements DeferredClosing {
  readonly acceptedTicks = performance.now()
  reader: InputReader
  /** Input not recognised yet, one character for each byte. */
  received = ''

  /** The other side has ended: nothing more will come. */
  hasEnded = false
  readonly #handle: Handle
  readonly #closeCounter: CloseCounter
  /** @internal */
  readonly faults: FaultSink

  constructor(handle: Handle, reader: InputReader, closeCounter: CloseCounter, faults: FaultSink) {
    super({ handle, allowHalfOpen: true, onread: reading, manualStart: true } as unknown as ConstructorParameters<
      typeof Socket
    >[0])
    this.#handle = handle
    this.#closeCounter = closeCounter
    this.faults = faults
    this.reader = reader
    // Errors of vanished boards are ignored: 'close' follows, and is handled.
    this.on('error', ignore)
  }

  /**
   * Stops reading until `readOn`: the system keeps the input. Costs 2 µs, and 2 µs more when input arrives. Node's
   * stream does not notice it. Returns whether there is anything to stop.
   */
  stop(): boolean {
    if (this.hasEnded || this.destroyed || !this.#handle.reading) return false
    this.#handle.reading = false
    this.#handle.readStop()
    return true
  }

  /** Begins or resumes reading. Does nothing where Node's stream reads the connection already. */
  readOn(): void {
    if (this.hasEnded || this.destroyed || this.#handle.reading) return
    this.#handle.reading = true
    if (this.#handle.readStart() !== 0) this.destroy()
  }

  /** Closes it in a later turn of the loop. */
  closeLater(): void {
    closeLater(this)
  }

  /** @internal */
  finishClose(): void {
    this.destroy()
  }

  /** Node pushes null at the end of input; the connection's reader decides when the stream ends. */
  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (chunk !== null) return super.push(chunk, encoding)
    this.hasEnded = true
    try {
      this.#closeCounter.countEnd()
      this.reader.onEnd(this)
    } catch (error) {
      this.failed(error)
    }
    return false
  }

  /** @internal Reports an exception, and has the reader close the connection if it can. */
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

  /** Counts a reset as an end as well: Node destroys the socket while it reads. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (error) this.#closeCounter.countEnd()
    super._destroy(error, callback)
  }

  /** Ends the stream, as for any socket. */
  endReading(): void {
    super.push(null)
  }
}

const ignore = (): void => {}

const reading = {
  buffer: readBuffer,
  // The only fault boundary for input of a plain connection: no code inside it catches exceptions for each message.
  callback(this: RawConnection, length: number, buffer: Buffer): boolean {
    try {
      return this.reader.onBytes(buffer.subarray(0, length), this)
    } catch (error) {
      this.failed(error)
      return true
    }
  },
}

/** Discards input of a connection that is being closed. */
export const discardInput: InputReader = {
  boundary: 'closing',
  // Unread bytes would turn the close into a reset that can overtake the answer.
  isQuiet: false,
  onBytes: () => true,
  onEnd: connection => connection.endReading(),
}

/** Passes input to the stream, for connections that Node's HTTP server serves. */
export const streamInput: InputReader = {
  boundary: 'request',
  isQuiet: false,
  onBytes: (bytes, connection) => connection.push(Buffer.from(bytes)),
  onEnd: connection => connection.endReading(),
}

interface Listening {
  onconnection: (this: Listening, error: number, handle: Handle) => void
}
/** Node's internal handle of a TCP socket: the parts that are used here. */
interface Handle {
  /** Whether the socket is read. Node updates this as well, and checks it before it starts reading. */
  reading: boolean
  /** An error's number, or 0. */
  readStart(): number
  readStop(): void
  setNoDelay(on: boolean): void
  close(): void
}

/**
 * Turns every new connection of `server` into a raw connection. Node has no public way to make a server's sockets read
 * differently, or to see a connection before its HTTP server does; where Node's internal way is missing, nothing
 * changes.
 */
export function acceptRawConnections(
  server: Server,
  onConnection: (connection: RawConnection) => void,
  { reader, closeCounter, faults }: { reader: InputReader; closeCounter: CloseCounter; faults: FaultSink },
): void {
  const listening = (server as unknown as { _handle: Partial<Listening> | null })._handle
  const nodes = listening?.onconnection
  if (!listening || typeof nodes !== 'function') return
  listening.onconnection = function (error, handle) {
    // Node emits the error as an 'error' of the server.
    if (error) return nodes.call(this, error, handle)
    const accept = () => {
      handle.setNoDelay(true)
      onConnection(new RawConnection(handle, reader, closeCounter, faults))
    }
    atBoundary(faults, 'accept', accept, () => handle.close())
  }
}
