import type { GatewayMessage } from '#protocol/board.ts'
import type { Clock } from '../clock.ts'
import { TokenBucket } from '../token-bucket.ts'
import { timeMessage } from './gateway-messages.ts'

/** In every zone, the offset from UTC changes only at a full quarter of an hour. */
const quarterMs = 15 * 60_000
/** Zone look-ups allowed per second (each takes 1.3 ms): for approved boards, and for pending ones. */
const lookUpsPerSecond = { approved: 40, pending: 10 } as const

const zoneName = /^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/

/** How far a zone's clocks are ahead of UTC, in minutes, summer time included; undefined if there is no such zone. */
export function offsetMinutes(zone: string, now: number): number | undefined {
  // An offset such as `+03:30` is not accepted as a zone: it does not show whether summer time applies.
  if (!zoneName.test(zone)) return undefined
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
  const name = format.formatToParts(now).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes = '0'] = /GMT([+-])(\d\d):?(\d\d)?/.exec(name) ?? []
  return hours === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
}

/** Whether a name is a zone of the IANA database. */
export const isZone = (name: string): boolean => offsetMinutes(name, 0) !== undefined

/**
 * Answers boards with the time in the zone that they request. A look-up is valid for a quarter of an hour, and only
 * names in the database (about 600) are remembered, so neither memory nor time grows with the number of requests.
 */
export class TimeZones {
  /** The gateway's own time zone. */
  readonly own: string
  readonly #clock: Clock
  readonly #offsets = new Map<string, { minutes: number; quarter: number }>()
  readonly #lookUps: { approved: TokenBucket; pending: TokenBucket }
  /** For tests: how often a zone was looked up. */
  lookUps = 0

  constructor(own: string, clock: Clock) {
    this.own = own
    this.#clock = clock
    const bucket = (perSecond: number) => new TokenBucket(perSecond, perSecond, clock.ticks())
    this.#lookUps = { approved: bucket(lookUpsPerSecond.approved), pending: bucket(lookUpsPerSecond.pending) }
  }

  /** The answer to a board's time request; undefined while too many other zones are looked up: boards ask again. */
  answer(asked: unknown, by: 'approved' | 'pending'): GatewayMessage | undefined {
    const now = this.#clock.now()
    if (typeof asked === 'string' && zoneName.test(asked)) {
      const minutes = this.#offset(asked, now, this.#lookUps[by])
      if (minutes === 'later') return undefined
      if (minutes !== undefined) return timeMessage(now, asked, minutes)
    }
    const own = this.#offset(this.own, now, undefined)
    return timeMessage(now, this.own, typeof own === 'number' ? own : 0)
  }

  #offset(zone: string, now: number, budget: TokenBucket | undefined): number | 'later' | undefined {
    // Zone names are matched regardless of case.
    const key = zone.toLowerCase()
    const quarter = Math.floor(now / quarterMs)
    const known = this.#offsets.get(key)
    if (known?.quarter === quarter) return known.minutes
    if (budget && !budget.take(this.#clock.ticks())) return known?.minutes ?? 'later'
    this.lookUps++
    const minutes = offsetMinutes(zone, now)
    if (minutes !== undefined) this.#offsets.set(key, { minutes, quarter })
    return minutes
  }
}
