import { sha256 } from '../ids.ts'
import { RateLimit } from '../rate-limit.ts'

/** An authenticator's code is valid for its 30 s, and for 30 s before and after them, because clocks differ. */
const rightForMs = 90_000

/**
 * The one-time codes that were used: each is accepted once, as RFC 6238 requires, so that a code read over a person's
 * shoulder is worthless. Kept only in memory: after a restart, a code may be used once more until it expires.
 */
export class UsedCodes {
  readonly #codes = new RateLimit(60_000 / rightForMs, 1)

  /** Marks a code as used. Returns false if it was used before. */
  use(personId: string, code: string, ticks: number): boolean {
    return this.#codes.take(sha256(`${personId} ${code.replaceAll(/\D/g, '')}`), ticks) === 0
  }
}
