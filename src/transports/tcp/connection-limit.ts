/** A connection that has sent no whole request yet. */
export interface Unfinished {
  /** Since when, by `performance.now()`. */
  sinceTicks: number
  /** Closes it. */
  end(): void
}

/**
 * Counts the public connections of a process, so that strangers leave it the file descriptors that it needs itself: for
 * its database, for requests from its own host, for files of the page.
 */
export class ConnectionLimit {
  readonly most: number
  readonly #onFull: () => void
  readonly #oldestOf: (() => Unfinished | undefined)[] = []
  #open = 0
  /** Connections that were closed because there was no room, whether new ones or unfinished ones. */
  closed = 0

  /** `most`: connections open at a time. `onFull`: called each time one is closed for want of room. */
  constructor(most: number, onFull: () => void) {
    this.most = most
    this.#onFull = onFull
  }

  /** Counts the connections of one more listener. `oldest`: which of its unfinished ones has been so for longest. */
  share(oldest: () => Unfinished | undefined): void {
    this.#oldestOf.push(oldest)
  }

  /**
   * Makes room for a new connection: of all listeners' connections, the one that has been longest without a whole request is
   * closed. False: there is none, and the new one has to be.
   */
  makeRoom(): boolean {
    if (this.#open < this.most) return true
    this.closed++
    this.#onFull()
    let oldest: Unfinished | undefined
    for (const oldestOf of this.#oldestOf) {
      const candidate = oldestOf()
      if (candidate && (!oldest || candidate.sinceTicks < oldest.sinceTicks)) oldest = candidate
    }
    oldest?.end()
    return oldest !== undefined
  }

  opened(): void {
    this.#open++
  }

  ended(): void {
    this.#open--
  }
}
