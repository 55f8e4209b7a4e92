import { closeCodes } from '#protocol/close-codes.ts'
import { median } from '../statistics.ts'
import { eventsOf, type Sample } from '../trace.ts'
import { type Examination, finding, isOver, notFound } from './finding.ts'
import { hasBadLink } from './network.ts'

const rateOf = ({ frames, from, to }: Sample): number => (frames / Math.max(1, to - from)) * 1_000
const sizeOf = ({ frames, frameBytes }: Sample): number => frameBytes / frames

/** The fault begins when half of the pictures are missing: a change of light slows a sensor by less. */
const rateFall = 0.5
const sizeFall = 0.6
const samplesNeeded = 6

/**
 * Fewer pictures arrive, or smaller ones, or none, and the network path to the camera is bad. Excluded are darkness, in
 * which a sensor slows down by itself, a command that changed the stream, and the departure of the last viewer.
 */
export const cameraStarving: Examination = (trace, limits) => {
  if (trace.samples.every(({ frames }) => frames === 0)) return 'unseen'
  const orderedAt = eventsOf(trace, 'ordered').findLast(({ what }) => what === 'action')?.at ?? 0
  const watched = (trace.samples.at(-1)!.watched ?? 0) >= 0.5
  const alike = trace.samples.filter(sample => sample.from >= orderedAt && sample.watched >= 0.5 === watched)
  const [first, last] = [alike[0], alike.at(-1)]
  if (!first || !last || alike.length < samplesNeeded || last.to - first.from < limits.healthAfterMs) return 'unseen'
  const recent = alike.filter(({ from }) => last.to - from <= Math.max(limits.healthAfterMs / 3, last.to - last.from))
  const earlier = alike.slice(0, -recent.length)
  const before = median(earlier.map(rateOf))
  const now = (recent.reduce((sum, { frames }) => sum + frames, 0) / (last.to - recent[0]!.from)) * 1_000
  const sizeBefore = median(earlier.filter(({ frames }) => frames > 0).map(sizeOf))
  const sizeNow = median(recent.filter(({ frames }) => frames > 0).map(sizeOf))
  const starves = now < before * rateFall || sizeNow < sizeBefore * sizeFall
  if (!starves || before < 0.1 || !hasBadLink(trace)) return 'clear'
  const dbm = median(recent.map(({ signalDbm }) => signalDbm).filter(value => !Number.isNaN(value)))
  const numbers = { before, now, sizeBefore, sizeNow, ...(Number.isNaN(dbm) ? {} : { dbm }) }
  return { severity: now < before * 0.2 ? 'bad' : 'warn', since: recent[0]!.from, moments: [], numbers }
}

/** A single case is a glitch of the connection, which a reconnect mends; two are a fault. */
const desyncsNeeded = 2

/** The received bytes are no longer valid WebSocket: a header was cut in two on the way. */
export const desync: Examination = (trace, limits) => {
  const ends = eventsOf(trace, 'closed').filter(
    ({ byGateway, code }) => byGateway && (code === closeCodes.protocolError || code === closeCodes.invalidText),
  )
  if (ends.length < desyncsNeeded || isOver(trace, ends, limits)) return notFound(trace, limits)
  return finding(ends.length >= 5 ? 'bad' : 'warn', ends, { times: ends.length })
}

/** One invalid message, such as a log line with an unescaped quote, is an accident; this many are a firmware defect. */
const garbageNeeded = 5

/** The board sends texts that are not JSON, or binary messages that are not pictures. */
export const garbage: Examination = (trace, limits) => {
  const bad = trace.samples.filter(sample => sample.garbage > 0)
  const pieces = bad.reduce((sum, sample) => sum + sample.garbage, 0)
  const moments = bad.map(({ to }) => ({ at: to }))
  if (pieces < garbageNeeded || isOver(trace, moments, limits)) return notFound(trace, limits)
  return finding('warn', moments, { pieces })
}
