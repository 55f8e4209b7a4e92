/** One measurement, as it travels in `sensor_data`. */
export interface Reading {
  readonly sequence: number
  /** Degrees Celsius. */
  readonly value: number
  readonly unit: 'C'
}

/** RAM is short: the oldest reading without an acknowledgement is dropped first. */
const KEPT = 32

/** A thermometer's readings, each kept and sent again until the gateway has acknowledged it. */
export class Readings {
  readonly #waiting = new Map<number, Reading>()
  #last = 0
  #sent = 0
  #acknowledged = 0

  get sent(): number {
    return this.#sent
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  /** Takes one reading of a mild day that passes in ten minutes. */
  take(uptimeMs: number): void {
    const value = Math.round((21 + 4 * Math.sin((uptimeMs / 600_000) * 2 * Math.PI)) * 10) / 10
    const sequence = ++this.#last
    this.#waiting.set(sequence, { sequence, value, unit: 'C' })
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= KEPT) break
      this.#waiting.delete(oldest)
    }
  }

  toSend(): Reading[] {
    this.#sent += this.#waiting.size
    return [...this.#waiting.values()]
  }

  /** Removes the reading with this number. Returns whether that reading was waiting for its acknowledgement. */
  confirm(sequence: unknown): sequence is number {
    const known = typeof sequence === 'number' && this.#waiting.delete(sequence)
    if (known) this.#acknowledged++
    return known
  }

  /** A reboot clears RAM; numbering starts again. */
  forget(): void {
    this.#waiting.clear()
    this.#last = 0
  }
}
