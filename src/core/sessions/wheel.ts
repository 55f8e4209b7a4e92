import type { Cancel, Clock } from '../clock.ts'
import type { Limits } from '../limits.ts'
import type { Session } from './session.ts'

/**
 * One wheel for the keep-alives of all boards: no timer per board, and no second in which all of them are pinged.
 * Every spoke is pinged once a turn (`pingEveryMs`): with a text message, and half a turn later with a protocol ping.
 */
export class Wheel {
  readonly #spokes: Set<Session>[]
  readonly #clock: Clock
  readonly #stepMs: number
  #position = 0
  #next = 0
  #cancel: Cancel = () => {}

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock
    const spokes = 10
    this.#spokes = Array.from({ length: spokes }, () => new Set())
    this.#stepMs = limits.pingEveryMs / spokes
  }

  /** Turns until stopped; `afterStep` is called after each step, `pingEveryMs / 10` apart. */
  start(afterStep: () => void): void {
    const step = () => {
      this.#cancel = this.#clock.after(this.#stepMs, step)
      this.#turn()
      afterStep()
    }
    this.#cancel = this.#clock.after(this.#stepMs, step)
  }

  stop(): void {
    this.#cancel()
  }

  /** Newcomers are spread over the spokes, so that boards that came together are not pinged together. */
  add(session: Session): void {
    session.spoke = this.#next++ % this.#spokes.length
    this.#spokes[session.spoke]!.add(session)
  }

  remove(session: Session): void {
    this.#spokes[session.spoke]?.delete(session)
  }

  #turn(): void {
    const half = this.#spokes.length / 2
    for (const session of this.#spokes[this.#position]!) session.keepAlive('text')
    for (const session of this.#spokes[(this.#position + half) % this.#spokes.length]!) session.keepAlive('protocol')
    this.#position = (this.#position + 1) % this.#spokes.length
  }
}
