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
export const timeMessage = (now: number, zone: string, offsetMinutes: number): GatewayMessage => ({
  type: 'time',
  utc: isoTime(now),
  epoch_ms: now,
  zone,
  offset_minutes: offsetMinutes,
})
