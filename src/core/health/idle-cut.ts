import { closeCodes } from '../../protocol/close-codes.ts'
import { median } from './statistics.ts'
import type { EventOf, TraceEvent } from './trace.ts'

/** So many ends that look alike are no accident: three at random within 8% of five seconds are 1 in 40. */
export const cutsNeeded = 3
/** How far apart ends may be and still look alike: a middle box looks at its timers now and then. */
const alike = (idleMs: number): number => Math.max(300, idleMs * 0.08)
/** Shorter silence is the network's, not a timer's. */
const leastIdleMs = 300
/** A reboot this near to the end of a line is why it ended. */
const rebootNearMs = 20_000

/**
 * The silence after which something in the middle cuts a board's lines, if their latest ends show one: broken without
 * a word, again and again after the same silence, and not because the board rebooted.
 */
export function idleCutOf(events: readonly TraceEvent[]): { idleMs: number; cuts: EventOf<'closed'>[] } | undefined {
  const reboots = events.filter(event => event.kind === 'rebooted')
  const ends = events.filter(
    (event): event is EventOf<'closed'> =>
      event.kind === 'closed' &&
      !event.byGateway &&
      event.code === closeCodes.abnormal &&
      !reboots.some(({ at }) => Math.abs(at - event.at) < rebootNearMs),
  )
  const latest = ends.slice(-8)
  for (const silence of ['quietMs', 'unheardMs'] as const) {
    const idleMs = median(latest.slice(-cutsNeeded).map(end => end[silence]))
    const cuts = latest.filter(end => Math.abs(end[silence] - idleMs) <= alike(idleMs))
    if (idleMs >= leastIdleMs && cuts.length >= cutsNeeded && cuts.length >= latest.length * 0.6)
      return { idleMs, cuts }
  }
  return undefined
}
