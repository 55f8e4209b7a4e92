import type { Cancel, Clock } from '../core/clock.ts'

/**
 * The system's time and timers. Its timers keep no process alive: code that waits holds a socket or a file of its own.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  after(delayMs: number, action: () => void): Cancel {
    const timer = setTimeout(action, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
