import type { Clock } from '../clock.ts'
import { newSecret, sha256 } from '../ids.ts'

/** How long a link that makes an owner is valid. */
export const ownerLinkMs = 3_600_000

/** The one-time code that makes an owner: kept only in memory, as a hash, and valid until used or replaced. */
export class OwnerLink {
  readonly #clock: Clock
  #live: { hash: string; untilTicks: number } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Makes a new code of 256 random bits; the previous code is no longer accepted. `until`: epoch ms. */
  issue(): { code: string; until: number } {
    const code = newSecret('o')
    const until = this.#clock.now() + ownerLinkMs
    // The link exists only in this process, so the monotonic clock, which cannot be set back, measures its hour.
    this.#live = { hash: sha256(code), untilTicks: this.#clock.ticks() + ownerLinkMs }
    return { code, until }
  }

  /** Whether the code is valid now. */
  opens(code: string): boolean {
    const live = this.#live
    return live !== undefined && this.#clock.ticks() < live.untilTicks && sha256(code) === live.hash
  }

  /**
   * Uses the code up; undefined if it is not valid. `putBack` makes it valid again for a caller that could not complete
   * its work, for example because the disk was full.
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
