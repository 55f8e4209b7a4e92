import type { GatewayMessage } from '../../protocol/board.ts'

/** ISO 8601, UTC, to the millisecond, remembered for as long as the millisecond lasts. */
let lastMs = -1
let lastIso = ''
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms
    lastIso = new Date(ms).toISOString()
  }
  return lastIso
}

export const connectionAck = (now: number): GatewayMessage => ({
  type: 'connection_ack',
  status: 'success',
  message: 'Connected to Darvaza',
  timestamp: isoTime(now),
})

/** The two messages that flow all the time, written by hand: 10,000 boards are pinged every 10 s. */
export const pingText = (now: number): string => `{"type":"ping","timestamp":"${isoTime(now)}"}`
export const pongText = (now: number): string => `{"type":"pong","timestamp":"${isoTime(now)}"}`

/** UTC, a zone, and how far its clocks are ahead now, summer time included: for a board without a clock of its own. */
export function timeMessage(now: number, zone: string, asked?: unknown): GatewayMessage {
  const known = typeof asked === 'string' && isZone(asked) ? asked : zone
  return { type: 'time', utc: isoTime(now), epoch_ms: now, zone: known, offset_minutes: offsetMinutes(now, known) }
}

/** Whether a name is a zone of the IANA database. `+03:30` is none here: it says nothing about summer time. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(name)) return false
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/** They are slow to make, and a house has few zones. */
const formats = new Map<string, Intl.DateTimeFormat>()
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  if (formats.size >= 50) formats.clear()
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
  formats.set(zone, format)
  return format
}

function offsetMinutes(now: number, zone: string): number {
  const name =
    formatOf(zone)
      .formatToParts(now)
      .find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes = '0'] = /GMT([+-])(\d\d):?(\d\d)?/.exec(name) ?? []
  return hours === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
}
