import type { GatewayMessage } from '#protocol/board.ts'

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

/** The two most frequent messages, assembled without JSON.stringify: 10,000 boards are pinged every 10 s. */
export const pingText = (now: number): string => `{"type":"ping","timestamp":"${isoTime(now)}"}`
export const pongText = (now: number): string => `{"type":"pong","timestamp":"${isoTime(now)}"}`

/** The longest text from a reading that its acknowledgement repeats: a Pico reads 4 KiB at most. */
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

/** UTC, a zone, and how far its clocks are ahead of UTC now, summer time included: for a board without a clock. */
export const timeMessage = (now: number, zone: string, offsetMinutes: number): GatewayMessage => ({
  type: 'time',
  utc: isoTime(now),
  epoch_ms: now,
  zone,
  offset_minutes: offsetMinutes,
})
