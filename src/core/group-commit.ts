import type { Cancel, Clock } from './clock.ts'

/** A failed batch waits this long before the next attempt, not to hammer a full disk. */
const retryAfterMs = 1_000

/**
 * Collects what is to be stored and commits it together: one transaction for everything that came within `withinMs`.
 * Commits never overlap, so the store sees the batches in order. A failed batch is kept and tried again, growing
 * with what comes meanwhile up to `most` items; who waits for one learns of the failure at once.
 */
export class GroupCommit<Item> {
  readonly #commit: (items: Item[]) => Promise<void>
  readonly #clock: Clock
  readonly #withinMs: number
  readonly #most: number
  #items: Item[] = []
  #waiters: { resolve: () => void; reject: (error: Error) => void }[] = []
  #timer: Cancel | undefined
  #running: Promise<void> | undefined
  /** Items thrown away because the store failed for too long. */
  dropped = 0

  constructor(clock: Clock, withinMs: number, commit: (items: Item[]) => Promise<void>, most = 200_000) {
    this.#clock = clock
    this.#withinMs = withinMs
    this.#commit = commit
    this.#most = most
  }

  /** Items not yet on disk. */
  get waiting(): number {
    return this.#items.length
  }

  add(item: Item): void {
    if (this.#items.length >= this.#most) {
      this.dropped++
      return
    }
    this.#items.push(item)
    if (!this.#timer && !this.#running) this.#timer = this.#clock.after(this.#withinMs, () => void this.#flush())
  }

  /** Resolves when everything added so far is on disk; rejects when this attempt to store it failed. */
  committed(): Promise<void> {
    if (this.#items.length === 0 && !this.#running) return Promise.resolve()
    if (this.#items.length === 0) return this.#running!
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }))
  }

  /** Commits what is left, for the end. */
  async drain(): Promise<void> {
    await this.#running?.catch(() => {})
    this.#timer?.()
    this.#timer = undefined
    if (this.#items.length > 0) await this.#flush()
  }

  #flush(): Promise<void> {
    this.#timer = undefined
    const items = this.#items
    const waiters = this.#waiters
    this.#items = []
    this.#waiters = []
    const attempt = this.#commit(items)
    this.#running = attempt
    return attempt
      .then(
        () => {
          for (const waiter of waiters) waiter.resolve()
          return this.#withinMs
        },
        error => {
          this.#items = [...items, ...this.#items]
          for (const waiter of waiters) waiter.reject(error as Error)
          return retryAfterMs
        },
      )
      .then(delayMs => {
        this.#running = undefined
        if (this.#items.length > 0 && !this.#timer) this.#timer = this.#clock.after(delayMs, () => void this.#flush())
      })
  }
}
