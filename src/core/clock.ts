/** The time and the only timers that core uses; the gateway provides a real clock, tests a fake one. */
export interface Clock {
  /** Milliseconds since 1970, UTC, for records. The value may jump when the system's clock is set. */
  now(): number
  /** Milliseconds since an arbitrary start, for deadlines. The value never goes back. */
  ticks(): number
  /** Calls `action` once, `delayMs` from now, unless cancelled. */
  after(delayMs: number, action: () => void): Cancel
}

export type Cancel = () => void

/** Calls `act` every `everyMs`, for the first time after `everyMs`, until the returned function is called. */
export function every(clock: Clock, everyMs: number, act: () => void): Cancel {
  let cancel: Cancel = () => {}
  const again = () => {
    cancel = clock.after(everyMs, again)
    act()
  }
  cancel = clock.after(everyMs, again)
  return () => cancel()
}
