import { type Clock, every } from '../clock.ts'
import type { Limits } from '../limits.ts'
import type { RecordedSession } from '../sessions/session-recorder.ts'
import { idleCutOf } from './idle-cut.ts'
import type { TraceEvent } from './trace.ts'

/** The gateway speaks after this share of the silence that a middle box allows. */
const share = 0.7

/**
 * Some middle boxes cut a line on which nothing passed for a while, and a few allow less than the usual keep-alive.
 * Once three ends of a board's lines show how much, the gateway speaks to that board more often; what one board behind
 * our trusted proxies has shown holds for all that come through them.
 */
export class AdaptiveKeepAlive {
  readonly #clock: Clock
  readonly #limits: Pick<Limits, 'pingEveryMs' | 'keepAliveLeastMs'>
  readonly #idleMs = new Map<string, number>()

  constructor(clock: Clock, limits: Pick<Limits, 'pingEveryMs' | 'keepAliveLeastMs'>) {
    this.#clock = clock
    this.#limits = limits
  }

  /** What silence ends this board's lines, as far as is known. */
  idleMsOf(deviceId: string, proxied: boolean): number | undefined {
    return this.#idleMs.get(deviceId) ?? (proxied ? this.#idleMs.get(throughProxy) : undefined)
  }

  /** How often the gateway speaks then; undefined where the usual turn is often enough. */
  everyMsOf(idleMs: number): number | undefined {
    const everyMs = Math.max(this.#limits.keepAliveLeastMs, Math.floor(idleMs * share))
    return everyMs < this.#limits.pingEveryMs / 2 ? everyMs : undefined
  }

  /** Looks at how a board's lines have ended. Returns the silence that ends them when that is news. */
  learn(deviceId: string, events: readonly TraceEvent[], proxied: boolean): number | undefined {
    const cut = idleCutOf(events)
    const known = this.idleMsOf(deviceId, proxied)
    if (!cut || (known !== undefined && cut.idleMs > known * share)) return undefined
    this.know(deviceId, cut.idleMs, proxied)
    return cut.idleMs
  }

  know(deviceId: string, idleMs: number, proxied: boolean): void {
    this.#idleMs.set(deviceId, idleMs)
    if (proxied) this.#idleMs.set(throughProxy, idleMs)
  }

  /** The board is somewhere else, or gone: what was learned of its way here holds no more. */
  forget(deviceId: string): void {
    this.#idleMs.delete(deviceId)
  }

  /** Speaks to a board as often as it needs, for as long as its line lasts. */
  accompany(session: RecordedSession, idleMs: number): void {
    const everyMs = this.everyMsOf(idleMs)
    if (everyMs === undefined) return
    const stop = every(this.#clock, everyMs, () => {
      // A protocol ping: it passes both ways, and wakes no firmware.
      if (session.closed) stop()
      else session.keepAlive('protocol')
    })
  }
}

/** No device has this id. */
const throughProxy = ''
