import { type Clock, every } from '../clock.ts'
import type { Limits } from '../limits.ts'
import type { RecordedSession } from '../sessions/session-recorder.ts'
import { idleCutOf } from './idle-cut.ts'
import type { TraceEvent } from './trace.ts'

/** The gateway pings after this share of the silence that a middle box allows. */
const share = 0.7

/**
 * Some middle boxes cut a connection without traffic, a few of them sooner than the usual keep-alive. Once three ends
 * of a board's connections show the time limit, the gateway pings that board more often; a limit learned from one board
 * behind a trusted proxy applies to all boards behind trusted proxies.
 */
export class AdaptiveKeepAlive {
  readonly #clock: Clock
  readonly #limits: Pick<Limits, 'pingEveryMs' | 'keepAliveLeastMs'>
  readonly #idleMs = new Map<string, number>()

  constructor(clock: Clock, limits: Pick<Limits, 'pingEveryMs' | 'keepAliveLeastMs'>) {
    this.#clock = clock
    this.#limits = limits
  }

  /** The silence after which this board's connections are cut, in ms, as far as is known. */
  idleMsOf(deviceId: string, proxied: boolean): number | undefined {
    return this.#idleMs.get(deviceId) ?? (proxied ? this.#idleMs.get(throughProxy) : undefined)
  }

  /** The interval of pings for a limit of `idleMs`, in ms; undefined if the usual interval is short enough. */
  everyMsOf(idleMs: number): number | undefined {
    const everyMs = Math.max(this.#limits.keepAliveLeastMs, Math.floor(idleMs * share))
    return everyMs < this.#limits.pingEveryMs / 2 ? everyMs : undefined
  }

  /** Learns from the ends of a board's connections. Returns the silence that ends them if it is a new finding. */
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

  /** Called when the board has another address or is forgotten: the limit of its former route no longer applies. */
  forget(deviceId: string): void {
    this.#idleMs.delete(deviceId)
  }

  /** Pings a board often enough for a limit of `idleMs`, for as long as its connection lasts. */
  ping(session: RecordedSession, idleMs: number): void {
    const everyMs = this.everyMsOf(idleMs)
    if (everyMs === undefined) return
    const stop = every(this.#clock, everyMs, () => {
      // A protocol ping causes traffic in both directions without work for the firmware.
      if (session.closed) stop()
      else session.keepAlive('protocol')
    })
  }
}

/** The key of the limit for all boards behind trusted proxies; no device has this id. */
const throughProxy = ''
