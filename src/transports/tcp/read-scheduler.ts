import { atBoundary, type FaultSink } from '../../core/faults/faults.ts'
import type { InputReader, RawConnection } from './raw-connection.ts'

/** Connections read at once: reading the input of all of them takes one to seven milliseconds. */
const mostAtOnce = 128
/** How long the connections that are read may be silent while others wait. */
const silentMs = 20

/**
 * Reads new connections until their handshake is complete. Node reads all that is readable before its loop turns, and
 * goes on as long as more input arrives: six thousand handshakes blocked it for 50 to 160 ms. So only some connections
 * are read at once, the newest first. A silent one is paused for the others and read again later, so that many silent
 * connections do not block others.
 */
export class ReadScheduler {
  readonly #reader: InputReader
  readonly #faults: FaultSink
  readonly #reading = new Set<RawConnection>()
  /** A stack: the newest is read next. */
  readonly #waiting: RawConnection[] = []
  #scheduled = false
  #rotation: NodeJS.Timeout | undefined

  /** `reader`: reads the connections until their handshake request is complete. */
  constructor(reader: InputReader, faults: FaultSink) {
    this.#reader = reader
    this.#faults = faults
  }

  /** Reads a new connection when its turn comes, mostly at once. */
  add(connection: RawConnection): void {
    this.#waiting.push(connection)
    this.#fill()
  }

  /** Stops scheduling a connection whose handshake has arrived, or that is closed. */
  remove(connection: RawConnection): void {
    if (!this.#reading.delete(connection) || this.#waiting.length === 0 || this.#scheduled) return
    this.#scheduled = true
    // The next connections are read in the next turn of the loop, outside this connection's callback.
    setImmediate(this.#continue)
  }

  readonly #continue = (): void => {
    this.#scheduled = false
    atBoundary(this.#faults, 'scheduling', () => this.#fill())
  }

  #fill(): void {
    while (this.#reading.size < mostAtOnce) {
      const connection = this.#waiting.pop()
      if (!connection) return
      if (connection.destroyed || connection.reader !== this.#reader) continue
      this.#reading.add(connection)
      connection.readOn()
    }
    this.#rotation ??= setTimeout(this.#rotateSilent, silentMs)
  }

  readonly #rotateSilent = (): void => {
    // Pauses the connections read the longest, but only after the loop has read the network once more.
    const candidates = [...this.#reading].slice(0, this.#waiting.length)
    setImmediate(() => {
      this.#rotation = undefined
      atBoundary(this.#faults, 'scheduling', () => {
        const silent = candidates.filter(connection => this.#reading.delete(connection))
        this.#waiting.unshift(...silent)
        for (const connection of silent) connection.stop()
        this.#fill()
      })
    })
  }
}
