import { gaps, median, trend } from '../statistics.ts'
import { type EventOf, eventsOf, type Trace } from '../trace.ts'
import { type Examination, finding, isOver, notFound } from './finding.ts'

/** Fewer reboots are not a fault: one is an update or a power cut, two are a coincidence. */
const rebootsNeeded = 3
/**
 * A servo or a flash lowers the supply voltage at once; a board that reboots because of it has reported that within
 * this time.
 */
const orderNearMs = 10_000
/** A board that reboots more often than this does no useful work. */
const hopelessMs = 10 * 60_000

/** Reboots that no operator ordered. */
const unasked = (trace: Trace): EventOf<'rebooted'>[] => eventsOf(trace, 'rebooted').filter(({ asked }) => !asked)

/** The board loses power or crashes, again and again. */
export const rebooting: Examination = (trace, limits) => {
  if (!trace.tellsReboots && unasked(trace).length === 0) return 'unseen'
  const reboots = unasked(trace)
  if (reboots.length < rebootsNeeded || isOver(trace, reboots, limits)) return notFound(trace, limits)
  const intervals = gaps(reboots.map(({ at }) => at))
  const everyMs = median(intervals)
  const off = median(intervals.map(interval => Math.abs(interval - everyMs)))
  // Reboots by a timer (a watchdog) come at regular intervals; reboots by a bad supply do not.
  const regular = off < everyMs * 0.2 ? 1 : 0
  return finding(everyMs < hopelessMs ? 'bad' : 'warn', reboots, { times: reboots.length, everyMs, regular })
}

/**
 * The supply fails under load: the board reports it, or most of its reboots follow within seconds of a command for a
 * servo or a lamp, which draws current. Reboots at dusk are not recognised: a record of 12 hours is too short.
 */
export const brownOut: Examination = (trace, limits) => {
  const reboots = unasked(trace)
  const brownOuts = reboots.filter(reboot => reboot.brownOut)
  const orders = eventsOf(trace, 'ordered').filter(({ what }) => what !== 'reboot')
  const afterOrder = reboots.filter(({ at }) =>
    orders.some(order => at >= order.at - 1_000 && at - order.at <= orderNearMs),
  )
  const bySelf = brownOuts.length >= 2
  const byOrder = afterOrder.length >= rebootsNeeded && afterOrder.length >= reboots.length * 0.6
  const telling = bySelf ? brownOuts : afterOrder
  if ((!bySelf && !byOrder) || isOver(trace, telling, limits))
    return orders.length === 0 && !trace.tellsReboots ? 'unseen' : notFound(trace, limits)
  const numbers = { times: telling.length, of: reboots.length, orders: orders.length, said: brownOuts.length }
  return finding('bad', telling, numbers)
}

/** Fewer points make no line; after a smaller fall, the firmware may only have filled its heap once. */
const samplesNeeded = 6
const fallNeeded = { share: 0.1, bytes: 8 * 1024 }
/** How sure the slope must be: see `trend`. */
const certaintyNeeded = 5

/** Free memory falls steadily since the last reboot: the firmware allocates memory and never frees it. */
export const memoryLeak: Examination = (trace, limits) => {
  const measured = trace.samples.filter(({ memoryMost }) => !Number.isNaN(memoryMost))
  if (measured.length === 0) return 'unseen'
  const boots = eventsOf(trace, 'rebooted').map(({ at }) => at)
  const starts = [0, ...boots]
  // The samples since the last boot, and those of the boot before it: a leaking board may just have rebooted.
  const lives = starts.map((start, life) =>
    measured.filter(({ from, to }) => from >= start && to <= (starts[life + 1] ?? Infinity)),
  )
  for (const life of lives.slice(-2).reverse()) {
    const [first, last] = [life[0], life.at(-1)]
    if (!first || !last || life.length < samplesNeeded || last.to - first.from < limits.healthAfterMs) continue
    // The greatest sample of each span counts: memory that is free right after a garbage collection is the real value.
    const { slope, certainty } = trend(life.map(({ from, to, memoryMost }) => [(from + to) / 2, memoryMost]))
    const fell = -slope * (last.to - first.from)
    const from = first.memoryMost
    if (certainty < certaintyNeeded || fell < Math.max(fallNeeded.bytes, from * fallNeeded.share)) continue
    const emptyInMs = Math.max(0, last.memoryMost / -slope)
    return {
      severity: emptyInMs < 3_600_000 ? 'bad' : 'warn',
      since: first.from,
      moments: [],
      numbers: { from, to: last.memoryMost, overMs: last.to - first.from, perHour: -slope * 3_600_000, emptyInMs },
    }
  }
  const longest = Math.max(...lives.map(life => (life.length === 0 ? 0 : life.at(-1)!.to - life[0]!.from)))
  return longest >= limits.healthAfterMs ? 'clear' : 'unseen'
}
