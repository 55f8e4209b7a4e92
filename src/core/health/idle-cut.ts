import { closeCodes } from '#protocol/close-codes.ts'
import { median } from './statistics.ts'
import type { EventOf, TraceEvent } from './trace.ts'

/**
 * A finding needs this many connections that ended after a similar silence. Three random silences of up to five
 * seconds are similar in only 1 of 40 cases.
 */
export const cutsNeeded = 3
/** Silences that differ by at most this are similar: a middle box checks its timers only at intervals. */
const alike = (idleMs: number): number => Math.max(300, idleMs * 0.08)
/** A shorter silence is caused by the network, not by a timer. */
const leastIdleMs = 300
/** A reboot this close to the end of a connection counts as the cause of that end. */
const rebootNearMs = 20_000

/**
 * The silence after which a middle box cuts a board's connections, if the latest ends show one: the connections broke
 * without a Close, each after the same silence, and not because the board rebooted.
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
