import type { FailureCode } from '../../errors/errors.ts'
import type { Limits } from '../limits.ts'
import { RateLimit } from '../rate-limit.ts'
import { AccountBudget } from './account-budget.ts'

type SignInRules = Pick<
  Limits,
  'entriesPerMinute' | 'entryBurst' | 'guessesPerMinute' | 'guessBurst' | 'unknownGuessesPerHour'
>

export interface SignInTry {
  /** The client's address, as `addressKey` returns it. */
  address: string
  /** The id of the known device that tries, by a session of the account or its device cookie. */
  device: string | undefined
  /** A key of fixed length that distinguishes accounts; undefined if no account is named. */
  account: string | undefined
}

/** Why a try has to wait, and how long. */
export interface SignInWait {
  code: FailureCode & ('rate_limited' | 'sign_in_paused')
  waitMs: number
}

/**
 * Slows down guessing before any expensive work. A known device is counted by itself, whatever its address, so that
 * guesses by others never block it and a thief of a device cookie cannot guess without limit. All other clients are
 * counted by address, by address and account, and by account for all unknown devices together.
 */
export class SignInLimits {
  readonly #addresses: PlaceLimits
  /**
   * Counted apart from addresses, so that a flood from many addresses cannot erase the count of tries with a stolen
   * device cookie.
   */
  readonly #devices: PlaceLimits
  readonly #accounts: AccountBudget

  constructor(limits: SignInRules) {
    this.#addresses = new PlaceLimits(limits)
    this.#devices = new PlaceLimits(limits)
    this.#accounts = new AccountBudget(limits.unknownGuessesPerHour)
  }

  /** Counts a try; undefined if it may be made now. `ticks`: of the monotonic clock. */
  enter({ address, device, account }: SignInTry, ticks: number): SignInWait | undefined {
    const places = device === undefined ? this.#addresses : this.#devices
    const waitMs = places.take(device ?? address, account, ticks)
    if (waitMs > 0) return { code: 'rate_limited', waitMs }
    if (device !== undefined || account === undefined) return undefined
    const pauseMs = this.#accounts.take(account, ticks)
    return pauseMs > 0 ? { code: 'sign_in_paused', waitMs: pauseMs } : undefined
  }
}

class PlaceLimits {
  readonly #entries: RateLimit
  readonly #guesses: RateLimit

  constructor({ entriesPerMinute, entryBurst, guessesPerMinute, guessBurst }: SignInRules) {
    this.#entries = new RateLimit(entriesPerMinute, entryBurst)
    this.#guesses = new RateLimit(guessesPerMinute, guessBurst)
  }

  take(place: string, account: string | undefined, ticks: number): number {
    const waitMs = this.#entries.take(place, ticks)
    return waitMs > 0 || account === undefined ? waitMs : this.#guesses.take(`${place} ${account}`, ticks)
  }
}
