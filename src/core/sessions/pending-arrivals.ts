/** Connections of one pending board that are remembered; an owner who looked at an older one has to look again. */
const arrivalsKept = 100

interface PendingArrival {
  connectionId: string
  address: string
}

/** Connections that used a pending board's claim, oldest first: an approval is for the connection the owner looked at. */
export class PendingArrivals {
  readonly #byDevice = new Map<string, PendingArrival[]>()

  add(deviceId: string, arrival: PendingArrival): void {
    const arrivals = this.#byDevice.get(deviceId) ?? []
    arrivals.push(arrival)
    if (arrivals.length > arrivalsKept) arrivals.shift()
    this.#byDevice.set(deviceId, arrivals)
  }

  /** Whether another address used the claim since the connection `connectionId`, or that one is no longer remembered. */
  changedSince(deviceId: string, connectionId: string): boolean {
    const arrivals = this.#byDevice.get(deviceId) ?? []
    const seen = arrivals.findIndex(arrival => arrival.connectionId === connectionId)
    return seen < 0 || arrivals.slice(seen).some(arrival => arrival.address !== arrivals[seen]!.address)
  }

  forget(deviceId: string): void {
    this.#byDevice.delete(deviceId)
  }
}
