/** The tokens after `forMs` milliseconds: `perMs` are added in each, and at most `burst` are kept. */
export const refilled = (tokens: number, forMs: number, perMs: number, burst: number): number =>
  Math.min(burst, tokens + forMs * perMs)

/** The time until there is a whole token, in ms, rounded up; 0 if there is one. */
export const waitForTokenMs = (tokens: number, perMs: number): number => Math.max(0, Math.ceil((1 - tokens) / perMs))

/** A token bucket: `perSecond` tokens are added, and at most `burst` kept. Times: ticks of a monotonic clock, in ms. */
export class TokenBucket {
  readonly #perMs: number
  readonly #burst: number
  #tokens: number
  #ticks: number

  /** The bucket begins full. */
  constructor(perSecond: number, burst: number, ticks: number) {
    this.#perMs = perSecond / 1_000
    this.#burst = burst
    this.#tokens = burst
    this.#ticks = ticks
  }

  /** Takes `count` tokens, or none if there are fewer. */
  take(ticks: number, count = 1): boolean {
    if (this.level(ticks) < count) return false
    this.#tokens -= count
    return true
  }

  /** The time until there is a whole token, in ms, rounded up; 0 if there is one. */
  waitMs(ticks: number): number {
    return waitForTokenMs(this.level(ticks), this.#perMs)
  }

  /** Takes `count` tokens in any case, for costs already spent: the balance may become a debt. */
  spend(ticks: number, count: number): void {
    this.#tokens = this.level(ticks) - count
  }

  /** The number of tokens; a debt is negative. */
  level(ticks: number): number {
    this.#tokens = refilled(this.#tokens, ticks - this.#ticks, this.#perMs, this.#burst)
    this.#ticks = ticks
    return this.#tokens
  }
}
