import { type Device, presenceOf } from '../devices/device.ts'
import type { Session } from './session.ts'

/** Facts of a device that exist only while its connection is open. */
export interface ConnectionFacts {
  online: boolean
  presence: ReturnType<typeof presenceOf>
  roundTripMs?: number | undefined
  fps?: number | undefined
  library?: string
}

export function connectionFactsOf(device: Device, session: Session | undefined, now: number): ConnectionFacts {
  const presence = presenceOf(device, now)
  if (!session) return { online: presence === 'online', presence }
  const { roundTripMs, fps, arrival } = session
  return { online: true, presence: 'online', roundTripMs, fps, library: arrival.library }
}
