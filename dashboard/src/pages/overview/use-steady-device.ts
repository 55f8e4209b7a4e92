import { useMemo, useSyncExternalStore } from 'react'
import type { DeviceView } from '#protocol/api.ts'
import { live } from '../../live/live.ts'
import type { Signal } from '../../signal.ts'

/** The fields that a tile shows while it is far from the screen. All others change every second or two. */
const shownFields = ({ name, kind, state, presence, online, contested, trouble }: DeviceView): string =>
  JSON.stringify([name, kind, state, presence, online, contested, trouble])

/** Like `useDevice`, but the value changes only when a field changes that a far tile shows. */
export function useSteadyDevice(id: string): DeviceView | undefined {
  const signal = live.devices.one(id)
  const get = useMemo(() => steady(signal), [signal])
  return useSyncExternalStore(signal.subscribe, get)
}

function steady(signal: Signal<DeviceView | undefined>): () => DeviceView | undefined {
  let kept = signal.value
  return () => {
    const now = signal.value
    if (now !== kept && !(now && kept && shownFields(now) === shownFields(kept))) kept = now
    return kept
  }
}
