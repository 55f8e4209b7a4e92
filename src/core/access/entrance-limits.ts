import type { Limits } from '../limits.ts'
import { RateLimit } from '../rate-limit.ts'

/**
 * Slows down guessing, before anything expensive is done: by address, and by account whatever the address. Whoever is
 * in already is asked by their session alone, so that no stranger's guesses keep them from anything.
 */
export class EntranceLimits {
  readonly #byAddress: RateLimit
  readonly #byAccount: RateLimit

  constructor(limits: Pick<Limits, 'entriesPerMinute' | 'entryBurst' | 'guessesPerMinute' | 'guessBurst'>) {
    this.#byAddress = new RateLimit(limits.entriesPerMinute, limits.entryBurst)
    this.#byAccount = new RateLimit(limits.guessesPerMinute, limits.guessBurst)
  }

  /** Returns 0, or the milliseconds to wait. `address`: as in `addressKey`. `account`: whatever tells accounts apart. */
  enter(address: string, account: string | undefined, ticks: number): number {
    const wait = this.#byAddress.take(address, ticks)
    return wait > 0 || account === undefined ? wait : this.#byAccount.take(`account ${account}`, ticks)
  }

  /** The same for somebody who is in, and is asked for the password once more. */
  within(sessionId: string, ticks: number): number {
    return this.#byAccount.take(`session ${sessionId}`, ticks)
  }
}
