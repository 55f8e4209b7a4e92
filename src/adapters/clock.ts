import type { Cancel, Clock } from '../core/clock.ts'

/** The system's time and timers. Its timers do not keep the process alive: open sockets and files do. */
export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  after(delayMs: number, action: () => void): Cancel {
    const timer = setTimeout(action, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
