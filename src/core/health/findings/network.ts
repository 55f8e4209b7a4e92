import { closeCodes } from '#protocol/close-codes.ts'
import { idleCutOf } from '../idle-cut.ts'
import { gaps, median } from '../statistics.ts'
import { type EventOf, eventsOf, type Trace } from '../trace.ts'
import { type Examination, finding, isOver, notFound, onlineMs } from './finding.ts'

/** Fewer stalls are normal: an ESP32 sometimes stalls for 10 s, and a Pico reads nothing for 16 s of servo movement. */
const stallsNeeded = 5
const stalledShare = 0.02
const servoDeafMs = 20_000

/** The board is connected but repeatedly does not answer: its Wi-Fi sleeps. */
export const wifiStalls: Examination = (trace, limits) => {
  const orders = eventsOf(trace, 'ordered').filter(({ what }) => what === 'servo')
  const moving = (stall: EventOf<'stalled'>) =>
    orders.some(({ at }) => stall.at + stall.forMs >= at && stall.at <= at + servoDeafMs)
  const stalls = eventsOf(trace, 'stalled').filter(stall => stall.forMs >= limits.stallMs && !moving(stall))
  const stalledMs = stalls.reduce((sum, { forMs }) => sum + forMs, 0)
  const online = onlineMs(trace)
  const often = stalls.length >= stallsNeeded && stalledMs >= online * stalledShare
  if (!often || isOver(trace, stalls, limits)) return notFound(trace, limits)
  const numbers = {
    times: stalls.length,
    forMs: median(stalls.map(({ forMs }) => forMs)),
    worstMs: Math.max(...stalls.map(({ forMs }) => forMs)),
    everyMs: median(gaps(stalls.map(({ at }) => at))),
    share: Math.min(1, stalledMs / online),
  }
  return finding(numbers.share > 0.2 ? 'bad' : 'warn', stalls, numbers)
}

/** A middle box cuts the connection after a certain time without traffic. See `idleCutOf`. */
export const idleCut: Examination = (trace, limits) => {
  const cut = idleCutOf(trace.events)
  const adapted = eventsOf(trace, 'adapted').at(-1)
  if (!cut || (!adapted && isOver(trace, cut.cuts, limits))) return notFound(trace, limits)
  const { idleMs, cuts } = cut
  const proxied = eventsOf(trace, 'opened').some(opened => opened.proxied)
  const last = cuts.at(-1)!.at
  const heldMs = adapted && trace.online ? trace.now - Math.max(adapted.at, last) : 0
  // The gateway pings often enough now, so only the cause is left to report.
  const held = heldMs > 10 * idleMs
  const numbers = { times: cuts.length, idleMs, heldMs, held: held ? 1 : 0, proxied: proxied ? 1 : 0 }
  return finding(held ? 'info' : 'bad', cuts, numbers)
}

/**
 * Streams stutter below -67 dBm and Wi-Fi becomes unreliable below -75 (site-survey practice: -67 for voice and video,
 * -70 for data); below -85 a board joins only by chance.
 */
const weakDbm = -75
const lostDbm = -85

export const weakSignal: Examination = trace => {
  const measured = trace.samples.filter(({ signalDbm }) => !Number.isNaN(signalDbm)).slice(-8)
  if (measured.length === 0) return 'unseen'
  const dbm = median(measured.map(({ signalDbm }) => signalDbm))
  if (dbm > weakDbm) return 'clear'
  if (measured.length < 3) return 'unseen'
  const numbers = { dbm, least: Math.min(...measured.map(({ signalDbm }) => signalDbm)) }
  return { severity: dbm <= lostDbm ? 'bad' : 'warn', since: measured[0]!.from, moments: [], numbers }
}

/** Connections that end within this time are too short for normal use. */
const briefMs = 2 * 60_000
const flapsNeeded = 5

/** The board itself closes its connection and connects again, over and over. */
export const flapping: Examination = (trace, limits) => {
  const reboots = eventsOf(trace, 'rebooted')
  const ends = eventsOf(trace, 'closed').filter(
    end =>
      !end.byGateway && end.code !== closeCodes.abnormal && !reboots.some(({ at }) => Math.abs(at - end.at) < 20_000),
  )
  const brief = ends.filter(({ lastedMs }) => lastedMs < briefMs)
  if (brief.length < flapsNeeded || brief.length < ends.length / 2 || isOver(trace, brief, limits))
    return notFound(trace, limits)
  const numbers = {
    times: brief.length,
    lastedMs: median(brief.map(({ lastedMs }) => lastedMs)),
    code: brief.at(-1)!.code,
  }
  return finding('warn', brief, numbers)
}

/** A restarting router causes one silence; three are a fault. */
const silencesNeeded = 3
/** The longest pause of a working board in the field is 16 s, which is more than one and a half usual ping intervals. */
const silentMs = 16_000

/** The board vanishes without a Close; its connection stays open until it times out or the board reconnects. */
export const halfOpen: Examination = (trace, limits) => {
  const silences = eventsOf(trace, 'closed').filter(
    ({ byGateway, code, unheardMs }) =>
      byGateway && (code === closeCodes.silent || code === closeCodes.replaced) && isSilent(unheardMs, limits),
  )
  if (silences.length < silencesNeeded || isOver(trace, silences, limits)) return notFound(trace, limits)
  const numbers = { times: silences.length, unheardMs: median(silences.map(({ unheardMs }) => unheardMs)) }
  return finding('warn', silences, numbers)
}

/** The limit scales with `stallMs`, because tests run a day in seconds. */
const isSilent = (ms: number, { stallMs }: { stallMs: number }): boolean => ms >= (silentMs / 2_000) * stallMs

/** Whether the network path to the board is bad, by any of the signs: for verdicts that need a cause. */
export function hasBadLink(trace: Trace): boolean {
  const recent = trace.samples.slice(-6)
  const dbm = median(recent.map(({ signalDbm }) => signalDbm).filter(value => !Number.isNaN(value)))
  if (dbm <= weakDbm) return true
  const from = recent[0]?.from ?? 0
  return eventsOf(trace, 'stalled').filter(({ at }) => at >= from).length >= 3
}
