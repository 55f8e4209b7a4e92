import type { Cancel, Clock } from './clock.ts'

/** A failed batch waits this long before the next attempt, not to hammer a full disk. */
const retryAfterMs = 1_000
/** Items handed to the store at once: after ten thousand goodbyes in one moment, all at once held up the loop for 90 ms. */
const mostAtOnce = 1_000

/**
 * Collects what is to be stored and commits it together: one transaction for everything that came within `withinMs`,
 * or several one after another where that is very much.
 * Commits never overlap, so the store sees the batches in order. A failed batch is kept and tried again, growing
 * with what comes meanwhile up to `most` items; who waits for one learns of the failure at once.
 */
export class GroupCommit<Item> {
  readonly #commit: (items: Item[]) => Promise<void>
  readonly #clock: Clock
  readonly #withinMs: number
  readonly #most: number
  #items: Item[] = []
  /** Each waits for the item with this number, and for all before it. */
  #waiters: { number: number; resolve: () => void; reject: (error: Error) => void }[] = []
  /** The number of the newest item. */
  #added = 0
  #timer: Cancel | undefined
  /** The commit under way, and the same with what follows it: the latter resolves to its error, if any. */
  #running: Promise<void> | undefined
  #turn: Promise<Error | undefined> | undefined
  /** Something was thrown away since the last commit: nothing can be promised. */
  #overflowing = false
  #draining = false
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
      this.#overflowing = true
      return
    }
    this.#items.push(item)
    this.#added++
    this.#flushAfter(this.#withinMs)
  }

  /** Resolves when everything added so far is on disk; rejects when this attempt to store it failed, or items are being dropped. */
  committed(): Promise<void> {
    if (this.#overflowing) return Promise.reject(new Error('The store has failed for too long: entries are lost.'))
    if (this.#items.length === 0) return this.#running ?? Promise.resolve()
    return new Promise((resolve, reject) => this.#waiters.push({ number: this.#added, resolve, reject }))
  }

  /** Commits what is left, for the end, and what comes meanwhile. @throws the store's error; then the rest is lost. */
  async drain(): Promise<void> {
    this.#draining = true
    this.#timer?.()
    this.#timer = undefined
    await this.#turn
    while (this.#items.length > 0) {
      const error = await this.#flush()
      if (error) throw error
    }
  }

  #flushAfter(delayMs: number): void {
    if (this.#timer || this.#running || this.#draining) return
    this.#timer = this.#clock.after(delayMs, () => void this.#flush())
  }

  #flush(): Promise<Error | undefined> {
    this.#timer = undefined
    const items = this.#items
    this.#items = items.length > mostAtOnce ? items.splice(mostAtOnce) : []
    const last = this.#added - this.#items.length
    const waiters = this.#waiters.filter(({ number }) => number <= last)
    this.#waiters = this.#waiters.filter(({ number }) => number > last)
    this.#running = this.#commit(items)
    this.#turn = this.#running.then(
      () => {
        this.#running = undefined
        this.#overflowing = false
        for (const waiter of waiters) waiter.resolve()
        if (this.#items.length > 0) this.#flushAfter(this.#items.length < mostAtOnce ? this.#withinMs : 0)
        return undefined
      },
      (error: Error) => {
        this.#running = undefined
        this.#items = [...items, ...this.#items]
        for (const waiter of waiters) waiter.reject(error)
        this.#flushAfter(retryAfterMs)
        return error
      },
    )
    return this.#turn
  }
}
