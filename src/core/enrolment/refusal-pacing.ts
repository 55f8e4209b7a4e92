import type { Limits } from '../limits.ts'
import { Slots } from '../slots.ts'

export type Holding =
  /** The caller answers now. */
  | { hold: 'no' }
  /** The caller answers after `ms`, then calls `release`. */
  | { hold: 'yes'; ms: number; release: () => void }
  /** Too many refusals are held: the caller closes the socket unread, and only counts it. */
  | { hold: 'full' }

/**
 * Paces refusals. A rejected Pico reconnects without any delay, hundreds of times a second. Therefore only the first
 * refusal is immediate, for a person to read; repeated ones are held, which costs only a socket and a timer.
 */
export class RefusalPacing {
  readonly #limits: Limits
  readonly #seen = new Map<string, number>()
  readonly #slots: Slots

  constructor(limits: Limits) {
    this.#limits = limits
    this.#slots = new Slots(limits.refusalsHeldPerAddress, limits.refusalsHeldInAll)
  }

  /** Decides about a refusal. `address`: an `addressKey`. `fingerprint`: the presented token's hash, '' for none. */
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
