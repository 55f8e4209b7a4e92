import type { Limits } from '../limits.ts'
import { Slots } from '../slots.ts'

export type Holding =
  /** Answer now. */
  | { hold: 'no' }
  /** Answer after `ms`, then call `release`. */
  | { hold: 'yes'; ms: number; release: () => void }
  /** Too many are held already: close the socket unread, and only count it. */
  | { hold: 'full' }

/**
 * Paces refusals. A rejected Pico comes back without any delay, hundreds of times a second: so the first refusal is
 * immediate, for a person to read, and repeated ones are held with nothing but a socket and a timer.
 */
export class RefusalPacing {
  readonly #limits: Limits
  readonly #seen = new Map<string, number>()
  readonly #slots: Slots

  constructor(limits: Limits) {
    this.#limits = limits
    this.#slots = new Slots(limits.refusalsHeldPerAddress, limits.refusalsHeldInAll)
  }

  /** `address`: as in `addressKey`. `fingerprint`: hash of the token presented, or '' for none. */
  next(address: string, fingerprint: string, ticks: number, random = Math.random()): Holding {
    const key = `${address} ${fingerprint}`
    const before = this.#seen.get(key)
    this.#seen.delete(key)
    this.#seen.set(key, ticks)
    if (this.#seen.size > 10_000) this.#seen.delete(this.#seen.keys().next().value!)
    if (before === undefined || ticks - before > this.#limits.refusalMemoryMs) return { hold: 'no' }

    const release = this.#slots.take(address)
    if (!release) return { hold: 'full' }
    const { refusalHoldMinMs: min, refusalHoldMaxMs: max } = this.#limits
    return { hold: 'yes', ms: Math.round(min + random * (max - min)), release }
  }

  /** The number of refusals held now. */
  get held(): number {
    return this.#slots.taken
  }
}
