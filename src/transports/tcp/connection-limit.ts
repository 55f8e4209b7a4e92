/** A connection that has sent no whole request yet. */
export interface Unfinished {
  /** When it began, by `performance.now()`. */
  sinceTicks: number
  /** Closes it. */
  end(): void
}

/**
 * Counts the public connections of a process, so that the process keeps the file descriptors that it needs for its
 * database, for requests from its own host and for files of the page.
 */
export class ConnectionLimit {
  readonly most: number
  readonly #onFull: () => void
  readonly #oldestOf: (() => Unfinished | undefined)[] = []
  #open = 0
  /** Connections that were closed because the limit was reached, whether new ones or unfinished ones. */
  closed = 0

  /** `most`: connections open at a time. `onFull`: called each time one is closed because of the limit. */
  constructor(most: number, onFull: () => void) {
    this.most = most
    this.#onFull = onFull
  }

  /** Counts the connections of one more listener. `oldest`: returns its oldest unfinished connection. */
  share(oldest: () => Unfinished | undefined): void {
    this.#oldestOf.push(oldest)
  }

  /**
   * Frees a place for a new connection: of all listeners' connections, the one that has been longest without a whole
   * request is closed. Returns false when there is none: the new connection has to be closed.
   */
  freePlace(): boolean {
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
