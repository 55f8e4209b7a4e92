/** The gateway's time, from the sample with the fastest round trip among the last 12: it has the smallest error. */
export class GatewayClock {
  #offsetMs = 0
  #samples: { offsetMs: number; roundTripMs: number }[] = []

  /** `sentAt`, `receivedAt`: this machine's clock, epoch ms; `now`: the gateway's. */
  addSample(now: number, sentAt: number, receivedAt: number): void {
    const roundTripMs = Math.max(0, receivedAt - sentAt)
    this.#samples = [...this.#samples.slice(-11), { offsetMs: now + roundTripMs / 2 - receivedAt, roundTripMs }]
    this.#offsetMs = this.#samples.reduce((best, one) => (one.roundTripMs < best.roundTripMs ? one : best)).offsetMs
  }

  now(): number {
    return Date.now() + this.#offsetMs
  }
}
