/** What time it is at the gateway: the offset seen on the fastest round trip of late is the truest. */
export class GatewayClock {
  #offsetMs = 0
  #samples: { offsetMs: number; roundTripMs: number }[] = []

  /** `sentAt`, `heardAt`: this machine's clock, epoch ms; `now`: the gateway's. */
  hear(now: number, sentAt: number, heardAt: number): void {
    const roundTripMs = Math.max(0, heardAt - sentAt)
    this.#samples = [...this.#samples.slice(-11), { offsetMs: now + roundTripMs / 2 - heardAt, roundTripMs }]
    this.#offsetMs = this.#samples.reduce((best, one) => (one.roundTripMs < best.roundTripMs ? one : best)).offsetMs
  }

  now(): number {
    return Date.now() + this.#offsetMs
  }
}
