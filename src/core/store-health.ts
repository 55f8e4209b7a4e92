import type { Part } from '#protocol/vocabulary.ts'
import { backOffMs } from './back-off.ts'
import type { Cancel, Clock } from './clock.ts'
import type { Limits } from './limits.ts'
import { StoreFailure } from './store-failure.ts'

/** With further failures in a row, the pause grows up to this many times the first pause. */
const longestPause = 8

/**
 * `away`: whether the store cannot be written. `forMs`: how long it could not, when it can again. `error`: of the
 * failed write.
 */
export interface StoreChange {
  away: boolean
  forMs: number
  error: unknown
}

type Write = () => Promise<unknown>

/**
 * Tracks whether writes reach the disk, by kind ("journal", "devices", …). The store counts as unavailable from the
 * first write of any kind that fails or takes longer than `storeWaitMs`, until every kind that failed has succeeded
 * again. Writes that no caller repeats are repeated here. A failed read counts as well, because a damaged file is not
 * reliable.
 */
export class StoreHealth {
  readonly #clock: Clock
  readonly #limits: Pick<Limits, 'storeWaitMs' | 'storeRetryMs'>
  readonly #failing = new Map<string, unknown>()
  readonly #listeners = new Set<(change: StoreChange) => void>()
  /** Writes still to be repeated, by kind: only the newest of each kind is kept. */
  readonly #owed = new Map<string, Write>()
  #awaySinceTicks = 0
  #retry: Cancel | undefined
  #failures = 0
  #closed = false

  constructor(clock: Clock, limits: Pick<Limits, 'storeWaitMs' | 'storeRetryMs'>) {
    this.#clock = clock
    this.#limits = limits
  }

  /** The parts of the store that are unavailable. */
  get away(): Part[] {
    return this.#failing.size > 0 ? ['disk'] : []
  }

  /** Calls `listener` when the store becomes unwritable or writable again. Returns the function that stops it. */
  onChange(listener: (change: StoreChange) => void): Cancel {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Waits for a write of the kind `what`, however long that takes, and updates the health by its outcome. */
  async watch<Value>(what: string, write: Promise<Value>): Promise<Value> {
    const slow = this.#clock.after(this.#limits.storeWaitMs, () => this.#failed(what, tooSlow()))
    try {
      const value = await write
      this.#worked(what)
      return value
    } catch (error) {
      this.#failed(what, error)
      throw error
    } finally {
      slow()
    }
  }

  /**
   * Like `watch`, for a caller that must not wait longer than `storeWaitMs`. After a failure, `again` is called until
   * it succeeds.
   * @throws StoreFailure after `storeWaitMs`; it is then unknown whether the value was written
   */
  async promptly<Value>(what: string, write: () => Promise<Value>, again: Write): Promise<Value> {
    let late: Cancel = () => {}
    const tooLate = new Promise<never>((_, reject) => {
      late = this.#clock.after(this.#limits.storeWaitMs, () => reject(tooSlow()))
    })
    const written = this.watch(what, write())
    written.then(
      () => this.#owed.delete(what),
      () => this.#owe(what, again),
    )
    try {
      return await Promise.race([written, tooLate])
    } finally {
      late()
    }
  }

  /**
   * Waits for a read. After a failure (a damaged page), `again` is called until it succeeds, and the store counts as
   * unavailable meanwhile.
   */
  async observe<Value>(what: string, read: Promise<Value>, again: Write): Promise<Value> {
    try {
      return await read
    } catch (error) {
      this.#failed(what, error)
      this.#owe(what, again)
      throw error
    }
  }

  /** Ends all attempts. */
  close(): void {
    this.#closed = true
    this.#retry?.()
  }

  #owe(what: string, write: Write): void {
    this.#owed.set(what, write)
    if (this.#closed || this.#retry) return
    const pauseMs = backOffMs(this.#limits.storeRetryMs, this.#failures, longestPause)
    this.#retry = this.#clock.after(pauseMs, () => void this.#payBack())
  }

  /** Tries each write, so that a permanently damaged page does not prevent the deletion of a key. */
  async #payBack(): Promise<void> {
    let failed = false
    for (const [what, write] of [...this.#owed]) {
      try {
        await this.watch(what, write())
        if (this.#owed.get(what) === write) this.#owed.delete(what)
      } catch {
        // `watch` has recorded the failure.
        failed = true
      }
    }
    if (failed) this.#failures++
    this.#retry = undefined
    const [next] = this.#owed
    if (next) this.#owe(...next)
    else this.#failures = 0
  }

  #failed(what: string, error: unknown): void {
    const wasAway = this.#failing.size > 0
    this.#failing.set(what, error)
    if (wasAway) return
    this.#awaySinceTicks = this.#clock.ticks()
    this.#notify({ away: true, forMs: 0, error })
  }

  #worked(what: string): void {
    if (!this.#failing.delete(what) || this.#failing.size > 0) return
    this.#notify({ away: false, forMs: this.#clock.ticks() - this.#awaySinceTicks, error: undefined })
  }

  #notify(change: StoreChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}

const tooSlow = (): StoreFailure => new StoreFailure('The store has not answered in time.')
