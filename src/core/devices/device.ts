import type { Angles } from '#protocol/board.ts'
import type { Kind } from '#protocol/kinds.ts'
import type { CredentialSource, DeviceState, Presence } from '#protocol/vocabulary.ts'

/** The record of a device: decided by people and by admission. Changed by `DeviceRegistry.change` alone. */
export interface DeviceRecord {
  id: string
  name: string
  kind: Kind
  state: DeviceState
  tags: string[]
  source: CredentialSource
  /** Hash of the device's own token. Absent for members of a shared credential. */
  tokenHash?: string
  /** The token before a rotation: works until the new one is first used, or until `previousTokenUntil`. */
  previousTokenHash?: string
  previousTokenUntil?: number
  tokenRevokedAt?: number
  /** The shared or loopback credential this device belongs to, with the `X-Device-ID` it sent ('' for none). */
  credential?: string
  member?: string
  createdAt: number
  approvedAt?: number
  blockedAt?: number
  blockedReason?: string
  removedAt?: number
  /** State before block or remove, for undo. */
  stateBefore?: DeviceState
  contestedAt?: number
  simulated?: boolean
}

/** Facts that a device's connections report, in no index. Changed by `DeviceRegistry.live` and `seen` alone. */
export interface LiveFacts {
  lastSeenAt?: number
  lastAddress?: string
  /** When it last went offline; decides between reconnecting and offline. */
  disconnectedAt?: number
  /** The open connection, if any. In the store it marks devices that were online when the process ended. */
  connectionId?: string
  /** `X-Device-ID` as sent: unproven until approval, shown as "says it is …". */
  saysItIs?: string
  firmware?: string
  angles?: Angles
  memoryFreeBytes?: number
  signalDbm?: number
  uptimeS?: number
}

/**
 * One board, as the store keeps it: its record and its live facts in one object, of which there are 10,000. Times are
 * milliseconds since 1970; hashes are SHA-256 in base64url.
 */
export interface Device extends Readonly<DeviceRecord>, Readonly<LiveFacts> {}

/** New values of some fields; undefined takes the field away. */
export type Change<Fields> = { readonly [field in keyof Fields]?: Fields[field] | undefined }

/** A board whose connection broke is usually back within this: a reboot and a Wi-Fi join take 10 to 20 s. */
export const reconnectGraceMs = 60_000

export function presenceOf(device: Device, now: number): Presence {
  if (device.connectionId) return 'online'
  const back = device.state === 'pending' || device.state === 'active'
  if (back && device.disconnectedAt !== undefined && now - device.disconnectedAt < reconnectGraceMs)
    return 'reconnecting'
  return 'offline'
}
