import type { Cancel, Clock } from '../../src/core/clock.ts'

interface Timer {
  due: number
  action: () => void
}

/**
 * A clock that only tests move. `now` and `ticks` move together, and start far from zero, as those of a real clock do.
 *
 *     clock.advance(19_999)   // runs all timers that are due by then, in order, each at its own time
 */
export class FakeClock implements Clock {
  #now = Date.UTC(2026, 10, 23, 12)
  #ticks = 5_000_000
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#now
  }

  ticks(): number {
    return this.#ticks
  }

  after(delayMs: number, action: () => void): Cancel {
    const timer: Timer = { due: this.#ticks + Math.max(0, delayMs), action }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** How many timers are pending. Tests check this number at their end. */
  get timers(): number {
    return this.#timers.size
  }

  /** Runs every timer due within `ms`, in the order of their due times, including timers that are set meanwhile. */
  advance(ms: number): void {
    const end = this.#ticks + ms
    for (let next = this.#first(end); next; next = this.#first(end)) {
      this.#timers.delete(next)
      this.#moveTo(Math.max(this.#ticks, next.due))
      next.action()
    }
    this.#moveTo(end)
  }

  /** As `advance`, but promises may settle after each step: for timers whose actions await a store. */
  async pass(ms: number, stepMs = ms): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.advance(Math.min(stepMs, left))
      await settled()
    }
  }

  /** Moves time without running any timer, as when the process was blocked or suspended. */
  stall(ms: number): void {
    this.#moveTo(this.#ticks + ms)
  }

  /** Simulates a change of the system clock: it shifts the times in records, but not the deadlines. */
  setSystemClock(byMs: number): void {
    this.#now += byMs
  }

  #first(until: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) if (timer.due <= until && (!first || timer.due < first.due)) first = timer
    return first
  }

  #moveTo(ticks: number): void {
    this.#now += ticks - this.#ticks
    this.#ticks = ticks
  }
}

/** Resolves when all promises that can settle without the clock moving have settled. */
export const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
