import { TokenBucket } from './token-bucket.ts'

/**
 * A token bucket for each address: `perMinute` tokens are added, and at most `burst` are kept. Keeps at most `most`
 * addresses, those used most recently, so that a flood from many addresses costs limited memory.
 */
export class RateLimit {
  readonly #buckets = new Map<string, TokenBucket>()
  readonly #perSecond: number
  readonly #burst: number
  readonly #most: number

  constructor(perMinute: number, burst: number, most = 10_000) {
    this.#perSecond = perMinute / 60
    this.#burst = burst
    this.#most = most
  }

  /** Takes one token. Returns 0, or the milliseconds to wait if none is left. `ticks`: of the monotonic clock. */
  take(address: string, ticks: number): number {
    const bucket = this.#buckets.get(address) ?? new TokenBucket(this.#perSecond, this.#burst, ticks)
    this.#buckets.delete(address)
    this.#buckets.set(address, bucket)
    if (this.#buckets.size > this.#most) this.#buckets.delete(this.#buckets.keys().next().value!)
    return bucket.take(ticks) ? 0 : bucket.waitMs(ticks)
  }
}
