/** A socket with more to look at than one turn of the loop is for. */
export interface TurnTaker {
  /** Looks at the next part. Catches what is thrown meanwhile. */
  takeTurn(): void
}

/** What was read and not looked at is kept meanwhile, up to 64 KiB a socket: of no more sockets than these. */
const mostWaiting = 500

/**
 * Sockets of which one read brought more than a part, in the order in which they came. One of them looks at one part, then
 * the loop reads all others: however many send at full speed, nobody waits longer than for a part or two.
 */
export class ReadTurns {
  readonly #waiting = new Set<TurnTaker>()
  #isDue = false

  /** Without room, a read is looked at as a whole. */
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

/** Of this process: its loop is one. */
export const readTurns: ReadTurns = new ReadTurns()
