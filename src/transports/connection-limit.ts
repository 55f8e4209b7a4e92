/**
 * Counts the public connections of a process, so that strangers leave it the file descriptors that it needs itself: for
 * its database, for whoever asks it on its own host, for files of the page.
 */
export class ConnectionLimit {
  readonly most: number
  readonly #onFull: () => void
  #open = 0
  /** Connections that were closed because there was no room, whether new ones or unfinished ones. */
  closed = 0

  /** `most`: connections open at a time. `onFull`: called each time one is closed for want of room. */
  constructor(most: number, onFull: () => void) {
    this.most = most
    this.#onFull = onFull
  }

  get isFull(): boolean {
    return this.#open >= this.most
  }

  opened(): void {
    this.#open++
  }

  ended(): void {
    this.#open--
  }

  /** One was closed for want of room. */
  count(): void {
    this.closed++
    this.#onFull()
  }
}
