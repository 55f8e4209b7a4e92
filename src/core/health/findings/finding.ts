import type { Severity } from '#protocol/vocabulary.ts'
import type { Limits } from '../../limits.ts'
import { gaps, median } from '../statistics.ts'
import type { Trace } from '../trace.ts'

/** A fault and its evidence. The sentences are made from `numbers`. */
export interface Finding {
  severity: Severity
  /** When the fault began, as far as the flight recorder reaches back. */
  since: number
  /** Times of the last few occurrences, oldest first. */
  moments: readonly number[]
  numbers: Readonly<Record<string, number>>
}

/**
 * `clear`: the board was observed for long enough without the fault. `unseen`: it was not observed long enough to
 * decide.
 */
export type Judgement = Finding | 'clear' | 'unseen'
export type Examination = (trace: Trace, limits: FindingLimits) => Judgement
export type FindingLimits = Pick<Limits, 'healthAfterMs' | 'stallMs' | 'contestedWithinMs' | 'contestedDisplacements'>

const momentsTold = 5

/** Makes a finding from events that happened often enough. */
export function finding(
  severity: Severity,
  events: readonly { at: number }[],
  numbers: Readonly<Record<string, number>>,
): Finding {
  return { severity, since: events[0]!.at, moments: events.slice(-momentsTold).map(({ at }) => at), numbers }
}

/** How long the board was online within the recorded time. */
export function onlineMs(trace: Trace): number {
  let total = 0
  let since: number | undefined
  for (const event of trace.events) {
    if (event.kind === 'opened') since = event.at
    if (event.kind !== 'closed') continue
    total += event.lastedMs
    since = undefined
  }
  if (trace.online && since !== undefined) total += trace.now - since
  const { samples } = trace
  return Math.max(total, samples.length === 0 ? 0 : samples.at(-1)!.to - samples[0]!.from)
}

/** Judges a fault that was not found: `clear` if the board was observed for long enough, else `unseen`. */
export const notFound = (trace: Trace, { healthAfterMs }: FindingLimits): Judgement =>
  onlineMs(trace) >= healthAfterMs ? 'clear' : 'unseen'

/** Whether a repeated event has stopped: it is overdue by four of its intervals, and by half an hour. */
export function isOver(trace: Trace, events: readonly { at: number }[], { healthAfterMs }: FindingLimits): boolean {
  const intervalMs = median(gaps(events.map(({ at }) => at)))
  return trace.now - events.at(-1)!.at > Math.max(4 * intervalMs, 3 * healthAfterMs)
}
