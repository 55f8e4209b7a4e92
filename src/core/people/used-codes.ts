import { sha256 } from '../ids.ts'
import { RateLimit } from '../rate-limit.ts'

/** A code of an authenticator is right for 30 s, and for as long again before and after, as clocks differ. */
const rightForMs = 90_000

/**
 * One-time codes that were used: each is accepted once, as RFC 6238 requires, so that a code that was read over a
 * shoulder is worthless. Only in memory: after a restart a code may serve once more, for what is left of its minute.
 */
export class UsedCodes {
  readonly #codes = new RateLimit(60_000 / rightForMs, 1)

  /** False when this code has been used. */
  use(personId: string, code: string, ticks: number): boolean {
    return this.#codes.take(sha256(`${personId} ${code.replaceAll(/\D/g, '')}`), ticks) === 0
  }
}
