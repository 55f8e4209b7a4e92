import type { Angles } from '../../protocol/board.ts'
import type { Kind } from '../../protocol/kinds.ts'
import type { CredentialSource, DeviceState, Presence } from '../../protocol/vocabulary.ts'

/** One board, as the store keeps it. Times are milliseconds since 1970; hashes are SHA-256 in base64url. */
export interface Device {
  id: string
  name: string
  kind: Kind
  state: DeviceState
  tags: string[]
  source: CredentialSource
  /** What opens the door for this board. Absent for members of a shared credential. */
  tokenHash?: string
  /** The token before a rotation: works until the new one is first used, or until `previousTokenUntil`. */
  previousTokenHash?: string
  previousTokenUntil?: number
  tokenRevokedAt?: number
  /** The shared or loopback credential this device belongs to, with the `X-Device-ID` it came with ('' for none). */
  credential?: string
  member?: string
  /** `X-Device-ID` as sent: "says it is …" until approval. */
  saysItIs?: string
  createdAt: number
  approvedAt?: number
  blockedAt?: number
  blockedReason?: string
  removedAt?: number
  /** State before block or remove, for undo. */
  stateBefore?: DeviceState
  lastSeenAt?: number
  lastAddress?: string
  /** When it last went offline; decides between reconnecting and offline. */
  disconnectedAt?: number
  /** The open connection, if any. In the store it marks who was online when the process ended. */
  connectionId?: string
  contestedAt?: number
  firmware?: string
  angles?: Angles
  memoryFreeBytes?: number
  signalDbm?: number
  uptimeS?: number
  simulated?: boolean
}

/** A board that just vanished is usually back within this: a reboot and a Wi-Fi join take 10 to 20 s. */
export const reconnectGraceMs = 60_000

export function presenceOf(device: Device, now: number): Presence {
  if (device.connectionId) return 'online'
  const back = device.state === 'pending' || device.state === 'active'
  if (back && device.disconnectedAt !== undefined && now - device.disconnectedAt < reconnectGraceMs)
    return 'reconnecting'
  return 'offline'
}
