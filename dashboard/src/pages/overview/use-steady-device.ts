import { useMemo, useSyncExternalStore } from 'react'
import type { DeviceView } from '#protocol/api.ts'
import { live } from '../../live/live.ts'
import type { Signal } from '../../signal.ts'

/** What a tile far from the screen says of its device. The rest changes every second or two, with every board. */
const said = ({ name, kind, state, presence, online, contested, trouble }: DeviceView): string =>
  JSON.stringify([name, kind, state, presence, online, contested, trouble])

/** A device that is another one only when its name or its state is. */
export function useSteadyDevice(id: string): DeviceView | undefined {
  const signal = live.devices.one(id)
  const get = useMemo(() => steady(signal), [signal])
  return useSyncExternalStore(signal.subscribe, get)
}

function steady(signal: Signal<DeviceView | undefined>): () => DeviceView | undefined {
  let kept = signal.value
  return () => {
    const now = signal.value
    if (now !== kept && !(now && kept && said(now) === said(kept))) kept = now
    return kept
  }
}
