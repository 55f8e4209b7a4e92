import type { GatewayMessage } from '#protocol/board.ts'

/** The last ISO 8601 text made, in UTC, to the millisecond: all messages of that millisecond reuse it. */
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

/** The two most frequent messages, assembled without JSON.stringify: 10,000 boards are pinged every 10 s. */
export const pingText = (now: number): string => `{"type":"ping","timestamp":"${isoTime(now)}"}`
export const pongText = (now: number): string => `{"type":"pong","timestamp":"${isoTime(now)}"}`

/** An acknowledgement repeats no longer text of a reading than this: a Pico reads 4 KiB at most. */
const echoKept = 256

/** A reading's value as its acknowledgement repeats it: only short plain values are repeated. */
const echoed = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= echoKept)
    ? value
    : undefined

/** The answer to a reading that is on disk. */
export const readingAck = ({ sensor_type, data }: Record<string, unknown>, now: number): GatewayMessage => ({
  type: 'ack',
  command_type: 'sensor_data',
  status: 'success',
  sensor_type: echoed(sensor_type),
  sequence: echoed(((data ?? {}) as { sequence?: unknown }).sequence),
  timestamp: isoTime(now),
})

/** The time for a board without a clock: UTC, a time zone, and its present offset from UTC, summer time included. */
export const timeMessage = (now: number, zone: string, offsetMinutes: number): GatewayMessage => ({
  type: 'time',
  utc: isoTime(now),
  epoch_ms: now,
  zone,
  offset_minutes: offsetMinutes,
})
