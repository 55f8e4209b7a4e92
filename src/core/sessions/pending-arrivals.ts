import type { Session } from './session.ts'

/** Connections of one pending board that are remembered; who looked at an older one has to look again. */
const arrivalsKept = 100

/** Who used a pending board's claim, oldest first: approving is for the connection the owner looked at. */
export class PendingArrivals {
  readonly #byDevice = new Map<string, { id: string; address: string }[]>()

  add(session: Session): void {
    const arrivals = this.#byDevice.get(session.device.id) ?? []
    arrivals.push({ id: session.id, address: session.arrival.address })
    if (arrivals.length > arrivalsKept) arrivals.shift()
    this.#byDevice.set(session.device.id, arrivals)
  }

  /** Whether another address used the claim since the connection `seenId`, or that one is no longer remembered. */
  changedSince(deviceId: string, seenId: string): boolean {
    const arrivals = this.#byDevice.get(deviceId) ?? []
    const seen = arrivals.findIndex(arrival => arrival.id === seenId)
    return seen < 0 || arrivals.slice(seen).some(arrival => arrival.address !== arrivals[seen]!.address)
  }

  forget(deviceId: string): void {
    this.#byDevice.delete(deviceId)
  }
}
