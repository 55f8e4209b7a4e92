import type { Angles } from '#protocol/board.ts'
import type { Kind } from '#protocol/kinds.ts'
import type { CredentialSource, DeviceState, Presence } from '#protocol/vocabulary.ts'

/** The record of a device, decided by people and by admission. Only `DeviceRegistry.change` changes it. */
export interface DeviceRecord {
  id: string
  name: string
  kind: Kind
  state: DeviceState
  tags: string[]
  source: CredentialSource
  /** The hash of the device's own token. Absent for members of a shared credential. */
  tokenHash?: string
  /** The hash of the token before a rotation, valid until the new one is first used, or until `previousTokenUntil`. */
  previousTokenHash?: string
  previousTokenUntil?: number
  tokenRevokedAt?: number
  /** The shared or loopback credential of this device; `member` is the `X-Device-ID` it sent ('' for none). */
  credential?: string
  member?: string
  createdAt: number
  approvedAt?: number
  blockedAt?: number
  blockedReason?: string
  removedAt?: number
  /** The state before the device was blocked or removed, to restore it. */
  stateBefore?: DeviceState
  contestedAt?: number
  simulated?: boolean
}

/** Facts that a device's connections report, in no index. Only `DeviceRegistry.live` and `seen` change them. */
export interface LiveFacts {
  lastSeenAt?: number
  lastAddress?: string
  /** When the device last disconnected: decides whether it is shown as reconnecting or offline. */
  disconnectedAt?: number
  /** The open connection, if any. A stored one marks a device that was online when the process ended. */
  connectionId?: string
  /** The `X-Device-ID` as sent, unproven until approval, and shown as "says it is …". */
  saysItIs?: string
  firmware?: string
  angles?: Angles
  memoryFreeBytes?: number
  signalDbm?: number
  uptimeS?: number
}

/**
 * One board as it is stored: its record and its live facts in one object, to save memory with 10,000 boards. Times are
 * milliseconds since 1970; hashes are SHA-256 in base64url.
 */
export interface Device extends Readonly<DeviceRecord>, Readonly<LiveFacts> {}

/** New values of some fields; undefined removes the field. */
export type Change<Fields> = { readonly [field in keyof Fields]?: Fields[field] | undefined }

/** A board whose connection broke usually reconnects within this: a reboot and a Wi-Fi join take 10 to 20 s. */
export const reconnectGraceMs = 60_000

export function presenceOf(device: Device, now: number): Presence {
  if (device.connectionId) return 'online'
  const back = device.state === 'pending' || device.state === 'active'
  if (back && device.disconnectedAt !== undefined && now - device.disconnectedAt < reconnectGraceMs)
    return 'reconnecting'
  return 'offline'
}
