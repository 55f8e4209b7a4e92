import type { Angles } from '#protocol/board.ts'

/** `fast` is the plain `servo` message, `smooth` is `servo_smooth`. */
export type Manner = 'fast' | 'smooth'

/** The angle that the firmware uses for a missing one. */
export const missingAngle = 90
const LOWEST = 20
const HIGHEST = 160

/** A hobby servo turns 60 degrees in about 0.3 s; the firmware's smooth sweep of 140 degrees takes 16 s. */
const degreesPerMs: Record<Manner, number> = { fast: 60 / 300, smooth: 140 / 16_000 }

/** The angle to which the firmware really turns: whole, within 20..160, 90 when `wanted` is no number. */
export function clampAngle(wanted: unknown): number {
  const degrees = typeof wanted === 'number' && Number.isFinite(wanted) ? Math.trunc(wanted) : missingAngle
  return Math.min(HIGHEST, Math.max(LOWEST, degrees))
}

/** A Pico's two servos. They turn at real speed by the given clock, in ms. */
export class Servos {
  readonly #nowMs: () => number
  #from: Angles = { servo1: missingAngle, servo2: missingAngle }
  #to: Angles = this.#from
  #speed = degreesPerMs.fast
  #startedMs = 0

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** The present angles, also while the servos turn. */
  get angles(): Angles {
    const turned = (this.#nowMs() - this.#startedMs) * this.#speed
    const along = (from: number, to: number) =>
      Math.round(from + Math.sign(to - from) * Math.min(turned, Math.abs(to - from)))
    return { servo1: along(this.#from.servo1, this.#to.servo1), servo2: along(this.#from.servo2, this.#to.servo2) }
  }

  /** Starts both servos together. Returns how many ms the longer turn takes. */
  turn(wanted: { servo1?: unknown; servo2?: unknown }, manner: Manner): number {
    this.#from = this.angles
    this.#to = { servo1: clampAngle(wanted.servo1), servo2: clampAngle(wanted.servo2) }
    this.#speed = degreesPerMs[manner]
    this.#startedMs = this.#nowMs()
    const way = Math.max(Math.abs(this.#to.servo1 - this.#from.servo1), Math.abs(this.#to.servo2 - this.#from.servo2))
    return way / this.#speed
  }
}
