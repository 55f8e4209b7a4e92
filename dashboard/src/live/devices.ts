import type { DeviceView } from '#protocol/api.ts'
import { Signal } from '../signal.ts'

/** All devices that this person may see, as the gateway last reported them. A tile subscribes to one device only. */
export class Devices {
  /** Undefined until the first report. Sorted by name. */
  readonly all = new Signal<readonly DeviceView[] | undefined>(undefined)
  readonly #each = new Map<string, Signal<DeviceView | undefined>>()

  one(id: string): Signal<DeviceView | undefined> {
    let signal = this.#each.get(id)
    if (!signal) this.#each.set(id, (signal = new Signal<DeviceView | undefined>(undefined)))
    return signal
  }

  apply(message: { all?: boolean; devices: readonly DeviceView[]; removed?: readonly string[] }): void {
    const known = new Map(message.all ? [] : (this.all.value ?? []).map(device => [device.id, device]))
    for (const device of message.devices) known.set(device.id, device)
    for (const id of message.removed ?? []) known.delete(id)
    for (const [id, signal] of this.#each) signal.set(known.get(id))
    for (const [id, device] of known) this.one(id).set(device)
    this.all.set([...known.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })))
  }

  clear(): void {
    this.all.set(undefined)
    for (const signal of this.#each.values()) signal.set(undefined)
  }
}
