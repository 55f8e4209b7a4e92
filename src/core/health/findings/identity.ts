import { eventsOf } from '../trace.ts'
import { type Examination, finding, isOver, notFound } from './finding.ts'

/**
 * Another board uses this board's token: each displaces the other, and the displaced one still answers, three times
 * within ten minutes. `contested` needs as many, but from two addresses: two boards behind one router share theirs.
 */
export const tokenShared: Examination = (trace, limits) => {
  const twins = eventsOf(trace, 'twin')
  const needed = limits.contestedDisplacements
  // All twin events that belong to a sequence of enough events within the time.
  const close = twins.filter((_, index) =>
    twins.some((first, from) => {
      const last = twins[from + needed - 1]
      return from <= index && index < from + needed && last && last.at - first.at <= limits.contestedWithinMs
    }),
  )
  const addresses = new Set(eventsOf(trace, 'opened').map(({ address }) => address)).size
  if (trace.contested)
    return finding('bad', twins.length > 0 ? twins : [{ at: trace.now }], { times: twins.length, addresses })
  if (close.length === 0 || isOver(trace, close, limits)) return notFound(trace, limits)
  return finding('bad', close, { times: close.length, addresses })
}

/** No zone differs from UTC by a day: a clock that does is not set, or set wrong. */
const wrongByMs = 86_400_000

/**
 * The board's clock shows its start date, or another year. A clock of milliseconds since boot is not expected to show
 * the time of day.
 */
export const clockUnset: Examination = ({ clock, now, events }) => {
  if (!clock) return 'unseen'
  if (clock.kind === 'boot' && clock.written === 'number' && clock.offsetMs + now < 400 * 86_400_000) return 'clear'
  if (Math.abs(clock.offsetMs) < wrongByMs) return 'clear'
  const numbers = { offsetMs: clock.offsetMs, shows: now + clock.offsetMs, set: clock.kind === 'boot' ? 0 : 1 }
  return { severity: 'info', since: events[0]?.at ?? clock.readAt, moments: [], numbers }
}
