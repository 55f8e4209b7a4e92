/** Keeps all items that have arrived and lets tests await further ones, so that no test needs to sleep. */
export class Inbox<T> {
  readonly all: T[] = []
  readonly #waiting = new Set<() => void>()
  #closed: string | undefined

  put(item: T): void {
    this.all.push(item)
    for (const look of this.#waiting) look()
  }

  /** No more items will arrive: pending waits are rejected with `why`. */
  close(why: () => string): void {
    this.#closed = why()
    for (const look of this.#waiting) look()
  }

  /** The first item from index `from` on that fits, also a past one. Rejects after `withinMs` with what arrived. */
  next(fits: (item: T) => boolean, { from = 0, withinMs = 45_000 } = {}): Promise<T> {
    let at = from
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer)
        this.#waiting.delete(look)
        settle()
      }
      const fail = (why: string) =>
        end(() => reject(new Error(`${why}; so far: ${JSON.stringify(this.all.slice(-20), undefined, 1)}`)))
      const timer = setTimeout(() => fail(`nothing fitting came within ${withinMs} ms`), withinMs)
      const look = () => {
        for (; at < this.all.length; at++) {
          const item = this.all[at] as T
          if (fits(item)) return end(() => resolve(item))
        }
        if (this.#closed !== undefined) fail(this.#closed)
      }
      this.#waiting.add(look)
      look()
    })
  }
}
