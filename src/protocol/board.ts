import { z } from 'zod'

/*
 * The messages between boards and gateway, JSON text unless stated otherwise. Boards are flashed once and used for
 * years, so every object is loose: unknown keys pass, and only what the gateway acts on is checked.
 */

const timestamp = z
  .union([z.string().max(64), z.number()])
  .optional()
  .describe('The board’s own clock: often wrong after a boot, so it is kept but never believed.')
const memoryFree = z.number().nonnegative().optional().describe('Bytes of free heap.')
const degrees = z.number().min(0).max(180)

/** Board → gateway, once, as its first text message. Answered by `connection_ack`. */
export const connect = z.looseObject({
  type: z.literal('connect'),
  device: z.string().max(64).optional(),
  version: z.string().max(64).optional().describe('Firmware version, as the board states it.'),
  timestamp,
  servo1_angle: degrees.optional(),
  servo2_angle: degrees.optional(),
  memory_free: memoryFree,
  wifi_ssid: z.string().max(64).optional(),
  rssi: z.number().optional().describe('Wi-Fi signal in dBm.'),
  uptime: z.number().nonnegative().optional().describe('Seconds since the board booted.'),
  reset_reason: z.string().max(64).optional().describe('Why it started last; "brownout" is told to the owner.'),
})
export type Connect = z.infer<typeof connect>

/** Board → gateway: the answer to a command. `command_type` is the `type` of the command it answers, or absent. */
export const ack = z.looseObject({
  type: z.literal('ack'),
  command_type: z.string().max(64).optional(),
  status: z.string().max(32).optional().describe('"success" | "error" | "ignored"'),
  detail: z.unknown().optional(),
  message: z.string().optional(),
  timestamp,
  memory_free: memoryFree,
})
export type Ack = z.infer<typeof ack>

/** Board → gateway: a reading. Acknowledged with an `ack` after it is on disk. */
export const sensorData = z.looseObject({
  type: z.literal('sensor_data'),
  sensor_type: z.string().max(64).optional(),
  data: z.unknown().optional(),
  age_ms: z
    .number()
    .nonnegative()
    .optional()
    .describe('For readings sent late: how long ago it was taken, in ms. The surest way, as it needs no clock.'),
  timestamp: z
    .union([z.string().max(64), z.number()])
    .optional()
    .describe(
      'The board’s own clock when it was TAKEN. A late reading is placed by it, however wrong the clock is: what counts is how it stands to the `timestamp` of pings and heartbeats. Where both are given, `age_ms` counts.',
    ),
})
export type SensorData = z.infer<typeof sensorData>

/** Camera → gateway: announces the ONE binary message that follows, a JPEG of `size` bytes. */
export const frameMetadata = z.looseObject({
  type: z.literal('frame'),
  size: z.number().int().nonnegative(),
  width: z.number().int().nonnegative().optional(),
  height: z.number().int().nonnegative().optional(),
  timestamp,
  fps: z.number().nonnegative().optional(),
})
export type FrameMetadata = z.infer<typeof frameMetadata>

/** Board → gateway: requests the time. Answered with `time`. */
export const timeRequest = z.looseObject({
  type: z.literal('time'),
  zone: z
    .string()
    .max(64)
    .optional()
    .describe('An IANA zone such as "Asia/Tehran". Unless given, or where it is unknown, the gateway’s own.'),
})

/** Client that cannot send headers → gateway: the first message, within 5 s. A token has at most 1,024 characters. */
export const auth = z.looseObject({ type: z.literal('auth'), token: z.string().min(1) })

/** Target angles of the servos, in whole degrees, 0..180; boards clamp to 20..160. */
export interface Angles {
  servo1: number
  servo2: number
}

/** Gateway → board. */
export type GatewayMessage =
  | { type: 'connection_ack'; status: 'success'; message: string; timestamp: string }
  | { type: 'ping' | 'pong'; timestamp: string }
  | { type: 'servo' | 'servo_smooth'; command: Angles }
  | { type: 'action'; command: { action: string } & Record<string, unknown> }
  | { type: 'status' }
  | {
      type: 'ack'
      command_type: string
      status: 'success'
      timestamp: string
      sensor_type?: unknown
      sequence?: unknown
    }
  | { type: 'viewers'; count: number }
  | { type: 'time'; utc: string; epoch_ms: number; zone: string; offset_minutes: number }
