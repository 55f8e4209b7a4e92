import type { Clock } from '../clock.ts'
import { newSecret, sha256 } from '../ids.ts'

/** How long a link that makes an owner works. */
export const ownerLinkMs = 3_600_000

/** The one-time code that makes an owner: only in memory, only by its hash, dead after use or when another is made. */
export class OwnerLink {
  readonly #clock: Clock
  #live: { hash: string; untilTicks: number } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A new code, 256 random bits; the one before is rejected from now on. `until`: epoch ms. */
  issue(): { code: string; until: number } {
    const code = newSecret('o')
    const until = this.#clock.now() + ownerLinkMs
    // A link exists in this process only: its hour is measured by the monotonic clock, which cannot be set back.
    this.#live = { hash: sha256(code), untilTicks: this.#clock.ticks() + ownerLinkMs }
    return { code, until }
  }

  /** Whether the code is valid now. */
  opens(code: string): boolean {
    const live = this.#live
    return live !== undefined && this.#clock.ticks() < live.untilTicks && sha256(code) === live.hash
  }

  /**
   * Uses the code up. Returns false when it is not valid. `putBack` restores it for a caller that could not use it
   * after all, as the disk was full.
   */
  redeem(code: string): { putBack: () => void } | undefined {
    const live = this.#live
    if (!live || !this.opens(code)) return undefined
    this.#live = undefined
    return {
      putBack: () => {
        this.#live ??= live
      },
    }
  }
}
