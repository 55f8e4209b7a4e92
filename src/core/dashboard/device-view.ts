import type { DeviceView } from '#protocol/api.ts'
import type { TokenState } from '#protocol/vocabulary.ts'
import type { Clock } from '../clock.ts'
import type { Device } from '../devices/device.ts'
import type { CameraStreams } from '../frames/camera-streams.ts'
import type { Previews } from '../frames/previews.ts'
import type { FlightRecorders } from '../health/flight-recorders.ts'
import { isoOrNull } from '../iso-time.ts'
import type { Sessions } from '../sessions/sessions.ts'

export interface DeviceViewParts {
  clock: Clock
  sessions: Sessions
  streams: CameraStreams
  previews: Previews
  flightRecorders: FlightRecorders
}

/** A device as the API shows it: its stored fields, but no hash, and those of its open connection. */
export function deviceView(parts: DeviceViewParts, device: Device): DeviceView {
  const live = parts.sessions.liveOf(device)
  const stream = parts.streams.peek(device.id)
  const picture = device.state === 'pending' ? parts.previews.get(device.id) : stream?.latest
  return {
    id: device.id,
    name: device.name,
    kind: device.kind,
    state: device.state,
    source: device.source,
    tags: device.tags,
    online: live.online,
    presence: live.presence,
    lastSeen: isoOrNull(device.lastSeenAt),
    address: device.lastAddress ?? null,
    saysItIs: device.saysItIs ?? null,
    firmware: device.firmware ?? null,
    library: live.library ?? null,
    memoryFree: device.memoryFreeBytes ?? null,
    signal: device.signalDbm ?? null,
    uptime: device.uptimeS ?? null,
    roundTripMs: live.roundTripMs === undefined ? null : Math.round(live.roundTripMs * 10) / 10,
    fps: live.fps ?? null,
    angles: device.angles ?? null,
    viewers: stream?.viewers ?? 0,
    lastFrame: isoOrNull(picture?.receivedAt),
    createdAt: new Date(device.createdAt).toISOString(),
    approvedAt: isoOrNull(device.approvedAt),
    blockedAt: isoOrNull(device.blockedAt),
    blockedReason: device.blockedReason ?? null,
    removedAt: isoOrNull(device.removedAt),
    connectionId: parts.sessions.ofDevice(device.id)?.id ?? null,
    trouble: parts.flightRecorders.severityOf(device.id) ?? null,
    contested: device.contestedAt !== undefined,
    tokenState: tokenState(device, parts.clock.now()),
    ...(device.state === 'pending' && {
      messages: parts.sessions
        .messagesOf(device.id)
        .map(({ at, message }) => ({ at: new Date(at).toISOString(), message })),
    }),
  }
}

function tokenState(device: Device, now: number): TokenState {
  if (device.credential !== undefined) return 'shared'
  if (device.tokenRevokedAt !== undefined) return 'revoked'
  const oldWorks = device.previousTokenHash !== undefined && now <= (device.previousTokenUntil ?? now)
  return oldWorks ? 'rotating' : 'live'
}
