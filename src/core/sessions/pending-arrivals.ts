/** Connections remembered for each pending board; an owner who viewed an older one has to view the board again. */
const arrivalsKept = 100

interface PendingArrival {
  connectionId: string
  address: string
}

/** Connections that used a pending board's claim, oldest first: an approval is for the one that the owner viewed. */
export class PendingArrivals {
  readonly #byDevice = new Map<string, PendingArrival[]>()

  add(deviceId: string, arrival: PendingArrival): void {
    const arrivals = this.#byDevice.get(deviceId) ?? []
    arrivals.push(arrival)
    if (arrivals.length > arrivalsKept) arrivals.shift()
    this.#byDevice.set(deviceId, arrivals)
  }

  /** Whether another address used the claim since the connection `connectionId`, or that connection is forgotten. */
  changedSince(deviceId: string, connectionId: string): boolean {
    const arrivals = this.#byDevice.get(deviceId) ?? []
    const seen = arrivals.findIndex(arrival => arrival.connectionId === connectionId)
    return seen < 0 || arrivals.slice(seen).some(arrival => arrival.address !== arrivals[seen]!.address)
  }

  forget(deviceId: string): void {
    this.#byDevice.delete(deviceId)
  }
}
