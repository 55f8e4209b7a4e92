import type { Device, LiveFacts } from '../devices/device.ts'
import { redact } from '../journal/redact.ts'

export type BoardFacts = Partial<Pick<LiveFacts, 'firmware' | 'memoryFreeBytes' | 'signalDbm' | 'uptimeS' | 'angles'>>

const number = (value: unknown, least: number, most: number): number | undefined =>
  typeof value === 'number' && value >= least && value <= most ? value : undefined

/**
 * Reads the facts about the board itself from one of its messages; undefined if none is new. Impossible values are left
 * out, and `token` is removed from the firmware's name.
 */
export function readFacts(
  message: Readonly<Record<string, unknown>>,
  device: Device,
  token: string | undefined,
): BoardFacts | undefined {
  const facts: BoardFacts = {}
  const memory = number(message.memory_free ?? message.free_heap, 0, 2 ** 40)
  if (memory !== undefined && memory !== device.memoryFreeBytes) facts.memoryFreeBytes = memory
  const signal = number(message.rssi ?? message.wifi_rssi ?? message.signal, -150, 0)
  if (signal !== undefined && signal !== device.signalDbm) facts.signalDbm = signal
  const uptime = number(message.uptime, 0, 2 ** 40)
  if (uptime !== undefined && uptime !== device.uptimeS) facts.uptimeS = uptime
  if (typeof message.version === 'string') {
    const firmware = redact(message.version, token, 64)
    if (firmware !== device.firmware) facts.firmware = firmware
  }
  const servo1 = number(message.servo1_angle, 0, 180)
  const servo2 = number(message.servo2_angle, 0, 180)
  if (
    servo1 !== undefined &&
    servo2 !== undefined &&
    (servo1 !== device.angles?.servo1 || servo2 !== device.angles?.servo2)
  ) {
    facts.angles = { servo1, servo2 }
  }
  for (const _ in facts) return facts
  return undefined
}
