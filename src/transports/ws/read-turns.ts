/** A socket with more input than one turn of the loop may handle. */
export interface TurnTaker {
  /** Handles the next part. Catches exceptions thrown meanwhile. */
  takeTurn(): void
}

/** Bytes that were read and not handled yet are kept, up to 64 KiB a socket: for at most this many sockets. */
const mostWaiting = 500

/**
 * Sockets whose last read was larger than one part, in order of arrival. Each turn one of them handles one part, then
 * the loop reads all others: however many send at full speed, no socket waits longer than for a part or two.
 */
export class ReadTurns {
  readonly #waiting = new Set<TurnTaker>()
  #isDue = false

  /** Whether another socket may wait. If not, its read is handled as a whole. */
  get hasRoom(): boolean {
    return this.#waiting.size < mostWaiting
  }

  wait(socket: TurnTaker): void {
    this.#waiting.add(socket)
    if (!this.#isDue) setImmediate(this.#next)
    this.#isDue = true
  }

  leave(socket: TurnTaker): void {
    this.#waiting.delete(socket)
  }

  readonly #next = (): void => {
    this.#isDue = false
    for (const socket of this.#waiting) {
      this.#waiting.delete(socket)
      socket.takeTurn()
      break
    }
    if (this.#waiting.size > 0 && !this.#isDue) {
      this.#isDue = true
      setImmediate(this.#next)
    }
  }
}

/** One instance serves the whole process, which has one event loop. */
export const readTurns: ReadTurns = new ReadTurns()
