/** Tokens after `forMs`: `perMs` flow in for each, and at most `burst` are kept. */
export const refilled = (tokens: number, forMs: number, perMs: number, burst: number): number =>
  Math.min(burst, tokens + forMs * perMs)

/** How long until there is a whole token, in ms, rounded up; 0 where there is one. */
export const waitForTokenMs = (tokens: number, perMs: number): number => Math.max(0, Math.ceil((1 - tokens) / perMs))

/** A token bucket: `perSecond` tokens flow in, at most `burst` are kept. Times are ticks of a monotonic clock, in ms. */
export class TokenBucket {
  readonly #perMs: number
  readonly #burst: number
  #tokens: number
  #ticks: number

  /** Begins full. */
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

  /** How long until there is a whole token, in ms, rounded up; 0 where there is one. */
  waitMs(ticks: number): number {
    return waitForTokenMs(this.level(ticks), this.#perMs)
  }

  /** Takes `count` tokens in any case, for costs already spent: the balance may become a debt. */
  spend(ticks: number, count: number): void {
    this.#tokens = this.level(ticks) - count
  }

  /** How many tokens there are; a debt is negative. */
  level(ticks: number): number {
    this.#tokens = refilled(this.#tokens, ticks - this.#ticks, this.#perMs, this.#burst)
    this.#ticks = ticks
    return this.#tokens
  }
}
