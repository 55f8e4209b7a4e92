import { backOffMs } from './back-off.ts'
import type { Cancel, Clock } from './clock.ts'
import { CommitQueue, type CommitQueueLimits, unlimited } from './commit-queue.ts'
import type { Limits } from './limits.ts'
import { StoreFailure } from './store-failure.ts'

/** The most items in one batch: all rows of ten thousand disconnects in one batch blocked the event loop for 90 ms. */
const mostAtOnce = 1_000
/** The most bytes in one batch: a mebibyte takes some 20 ms on an SD card, while more urgent items wait. */
const bytesAtOnce = 1024 * 1024
/** The longest wait has this many steps, which are counted, so that the clock is not read for each waiter. */
const sweepsUntilGivenUp = 4
/** With further failures in a row, the pause grows up to this many times the first pause. */
const longestPause = 8

interface Waiter<Item> {
  /** The promise resolves when all items up to this number are stored. */
  number: number
  /** Only items of this queue count; without a queue, those of all queues. */
  queue: CommitQueue<Item> | undefined
  sweep: number
  resolve: () => void
  reject: (error: Error) => void
}

export type CommitLimits = Pick<Limits, 'commitWithinMs' | 'storeWaitMs' | 'storeRetryMs'>

/**
 * Collects items and commits them together: one transaction for all items of `commitWithinMs`, or several successive
 * ones if there are very many. Commits never overlap. Each batch takes the first queue's items before the second's, so
 * that a flood in the last queue delays nothing in the others; within a queue the order is kept.
 *
 * A failed batch is kept and tried again, after pauses that begin with `storeRetryMs` and grow. After a failure, all
 * waiting promises reject at once; a promise that has waited for `storeWaitMs` rejects too. The items stay queued.
 */
export class GroupCommit<Item> {
  readonly #clock: Clock
  readonly #limits: CommitLimits
  readonly #commit: (items: Item[]) => Promise<void>
  readonly #queues: readonly CommitQueue<Item>[]
  #waiters: Waiter<Item>[] = []
  /** The number of the newest item. */
  #added = 0
  #timer: Cancel | undefined
  #sweeper: Cancel | undefined
  #sweeps = 0
  /** The commit under way and its follow-up work. Resolves to the error of the commit, if any. */
  #turn: Promise<Error | undefined> | undefined
  #failures = 0
  #draining = false
  /** The number of items refused because their queue was full. */
  dropped = 0

  /** `queues`: the most urgent first; by default one without a limit. `bytesOf`: the approximate memory of an item. */
  constructor(
    clock: Clock,
    limits: CommitLimits,
    commit: (items: Item[]) => Promise<void>,
    {
      queues = [unlimited],
      bytesOf = () => 0,
    }: { queues?: readonly CommitQueueLimits[]; bytesOf?: (item: Item) => number } = {},
  ) {
    this.#clock = clock
    this.#limits = limits
    this.#commit = commit
    this.#queues = queues.map(queue => new CommitQueue(queue, bytesOf))
  }

  /** The number of items not yet stored. */
  get waiting(): number {
    return this.#queues.reduce((sum, queue) => sum + queue.size, 0)
  }

  /** Whether the newest attempt to store something failed. */
  get failing(): boolean {
    return this.#failures > 0
  }

  /** The oldest items that are not stored, one of each queue that has any. */
  get oldest(): Item[] {
    return this.#queues.flatMap(queue => queue.oldest ?? [])
  }

  /**
   * Adds an item. Returns false if the queue is full: the item is not kept, and `committed` rejects until it has room.
   */
  add(item: Item, queue = 0): boolean {
    if (!this.#queues[queue]!.add(item, ++this.#added)) {
      this.dropped++
      return false
    }
    this.#flushAfter(this.#limits.commitWithinMs)
    return true
  }

  /**
   * Resolves when everything added so far, to one queue or to all, is stored.
   * @throws the store's error if an attempt fails, StoreFailure if none has succeeded within `storeWaitMs`
   */
  committed(queueNumber?: number): Promise<void> {
    const queue = queueNumber === undefined ? undefined : this.#queues[queueNumber]!
    const queues = queue ? [queue] : this.#queues
    if (queues.some(each => each.overflowing))
      return Promise.reject(new StoreFailure('More waits to be stored than there is room for: entries are lost.'))
    if (queues.every(each => each.size === 0)) return Promise.resolve()
    this.#sweeper ??= this.#clock.after(this.#limits.storeWaitMs / sweepsUntilGivenUp, () => this.#sweep())
    return new Promise((resolve, reject) =>
      this.#waiters.push({ number: this.#added, queue, sweep: this.#sweeps, resolve, reject }),
    )
  }

  /** Called at the end: commits all remaining and new items. @throws the store's error; then the rest is lost. */
  async drain(): Promise<void> {
    this.#draining = true
    this.#timer?.()
    this.#timer = undefined
    await this.#turn
    let error: Error | undefined
    while (this.waiting > 0 && !error) error = await this.#flush()
    if (error) throw error
  }

  #flushAfter(delayMs: number): void {
    if (this.#timer || this.#turn || this.#draining) return
    this.#timer = this.#clock.after(delayMs, () => void this.#flush())
  }

  #flush(): Promise<Error | undefined> {
    this.#timer = undefined
    const turn = this.#commit(this.#take()).then(
      () => {
        this.#turn = undefined
        this.#failures = 0
        for (const queue of this.#queues) queue.stored()
        this.#settle()
        const { waiting } = this
        if (waiting > 0) this.#flushAfter(waiting < mostAtOnce ? this.#limits.commitWithinMs : 0)
        return undefined
      },
      (error: Error) => {
        this.#turn = undefined
        for (const queue of this.#queues) queue.putBack()
        this.#rejectAll(error)
        this.#flushAfter(backOffMs(this.#limits.storeRetryMs, this.#failures++, longestPause))
        return error
      },
    )
    this.#turn = turn
    return turn
  }

  #take(): Item[] {
    const items: Item[] = []
    let bytes = 0
    for (const queue of this.#queues) {
      if (items.length >= mostAtOnce || bytes >= bytesAtOnce) break
      const taken = queue.take(mostAtOnce - items.length, bytesAtOnce - bytes)
      for (const item of taken.items) items.push(item)
      bytes += taken.bytes
    }
    return items
  }

  /** Resolves the waiters whose items are stored. */
  #settle(): void {
    const left: Waiter<Item>[] = []
    for (const waiter of this.#waiters) {
      const queues = waiter.queue ? [waiter.queue] : this.#queues
      if (queues.every(queue => queue.isStored(waiter.number))) waiter.resolve()
      else left.push(waiter)
    }
    this.#waiters = left
    if (left.length === 0) this.#stopSweeping()
  }

  #rejectAll(error: Error): void {
    const waiters = this.#waiters
    this.#waiters = []
    this.#stopSweeping()
    for (const waiter of waiters) waiter.reject(error)
  }

  #stopSweeping(): void {
    this.#sweeper?.()
    this.#sweeper = undefined
  }

  /** Rejects waiters that have waited too long. Runs while there are waiters. */
  #sweep(): void {
    this.#sweeper = undefined
    this.#sweeps++
    const left: Waiter<Item>[] = []
    for (const waiter of this.#waiters) {
      if (this.#sweeps - waiter.sweep < sweepsUntilGivenUp) left.push(waiter)
      else waiter.reject(new StoreFailure('The store has not answered in time.'))
    }
    this.#waiters = left
    if (left.length > 0)
      this.#sweeper = this.#clock.after(this.#limits.storeWaitMs / sweepsUntilGivenUp, () => this.#sweep())
  }
}
