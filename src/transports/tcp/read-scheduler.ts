import { atBoundary, type FaultSink } from '../../core/faults/faults.ts'
import type { InputReader, RawConnection } from './raw-connection.ts'

/** Listened to at once: what all of them say in one moment takes one to seven milliseconds to hear. */
const mostAtOnce = 128
/** So long all of them may be silent while others wait. */
const patienceMs = 20

/**
 * Listens to newcomers until they have said what they want. Node reads all that is readable before its loop turns, and
 * goes on as long as more comes: six thousand handshakes held it up for 50 to 160 ms. So only some are listened to at
 * once, the newest first. Whoever is silent makes room for the others and comes again: a crowd that says nothing does
 * not close the door.
 */
export class ReadScheduler {
  readonly #reader: InputReader
  readonly #faults: FaultSink
  /** Listened to. */
  readonly #now = new Set<RawConnection>()
  /** The last is next. */
  readonly #waiting: RawConnection[] = []
  #scheduled = false
  #patience: NodeJS.Timeout | undefined

  /** `ear`: theirs, as long as they have not said what they want. */
  constructor(reader: InputReader, faults: FaultSink) {
    this.#reader = reader
    this.#faults = faults
  }

  /** `wire`: not read yet; it is when its turn comes, mostly at once. */
  add(connection: RawConnection): void {
    this.#waiting.push(connection)
    this.#listen()
  }

  /** It has said what it wants, or is gone. */
  remove(connection: RawConnection): void {
    if (!this.#now.delete(connection) || this.#waiting.length === 0 || this.#scheduled) return
    this.#scheduled = true
    // What the next say is for the next turn.
    setImmediate(this.#goOn)
  }

  readonly #goOn = (): void => {
    this.#scheduled = false
    atBoundary(this.#faults, 'scheduling', () => this.#listen())
  }

  #listen(): void {
    while (this.#now.size < mostAtOnce) {
      const connection = this.#waiting.pop()
      if (!connection) return
      if (connection.destroyed || connection.reader !== this.#reader) continue
      this.#now.add(connection)
      connection.readOn()
    }
    this.#patience ??= setTimeout(this.#losePatience, patienceMs)
  }

  readonly #losePatience = (): void => {
    // Those who were listened to the longest; and not before the loop has looked at the network once more.
    const candidates = [...this.#now].slice(0, this.#waiting.length)
    setImmediate(() => {
      this.#patience = undefined
      atBoundary(this.#faults, 'scheduling', () => {
        const silent = candidates.filter(connection => this.#now.delete(connection))
        this.#waiting.unshift(...silent)
        for (const connection of silent) connection.stop()
        this.#listen()
      })
    })
  }
}
