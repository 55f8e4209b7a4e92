import { type Device, presenceOf } from '../devices/device.ts'
import type { Session } from './session.ts'

/** Facts of a device that only its open conversation knows. */
export interface LiveFacts {
  online: boolean
  presence: ReturnType<typeof presenceOf>
  roundTripMs?: number | undefined
  fps?: number | undefined
  library?: string
}

export function liveFactsOf(device: Device, session: Session | undefined, now: number): LiveFacts {
  const presence = presenceOf(device, now)
  if (!session) return { online: presence === 'online', presence }
  const { roundTripMs, fps, arrival } = session
  return { online: true, presence: 'online', roundTripMs, fps, library: arrival.library }
}
