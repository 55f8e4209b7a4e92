import { hash, randomBytes } from 'node:crypto'
import { refilled, waitForTokenMs } from '../token-bucket.ts'

/** The places in the table: a power of two, 256 KiB in all. Two accounts share a place with a chance of 1 in 16,384. */
const size = 2 ** 14

/**
 * Counts the tries left for each account, from all clients together: `perHour` are added per hour, and at most as many
 * are kept. A table of fixed size, indexed by a secret hash, replaces a map that drops entries: naming thousands of
 * accounts must not restore one account's tries. An account that does not exist is counted like any other.
 */
export class AccountBudget {
  readonly #secret = randomBytes(16).toString('hex')
  readonly #perMs: number
  readonly #most: number
  readonly #left: Float64Array
  /** When each place was last counted, in ms of the monotonic clock. */
  readonly #at = new Float64Array(size)

  constructor(perHour: number) {
    this.#perMs = perHour / 3_600_000
    this.#most = perHour
    this.#left = new Float64Array(size).fill(perHour)
  }

  /** Takes one try. Returns 0, or the milliseconds to wait if none is left. `ticks`: of the monotonic clock. */
  take(account: string, ticks: number): number {
    const place = Number.parseInt(hash('sha256', this.#secret + account, 'hex').slice(0, 8), 16) % size
    const left = refilled(this.#left[place]!, ticks - this.#at[place]!, this.#perMs, this.#most)
    this.#at[place] = ticks
    this.#left[place] = left < 1 ? left : left - 1
    return waitForTokenMs(left, this.#perMs)
  }
}
