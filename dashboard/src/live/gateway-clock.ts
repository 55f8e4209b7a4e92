/** The gateway's time, from the sample with the shortest round trip of the last 12, which has the smallest error. */
export class GatewayClock {
  #offsetMs = 0
  #samples: { offsetMs: number; roundTripMs: number }[] = []

  /** `sentAt` and `receivedAt` are readings of this machine's clock, `now` of the gateway's, all in epoch ms. */
  addSample(now: number, sentAt: number, receivedAt: number): void {
    const roundTripMs = Math.max(0, receivedAt - sentAt)
    this.#samples = [...this.#samples.slice(-11), { offsetMs: now + roundTripMs / 2 - receivedAt, roundTripMs }]
    this.#offsetMs = this.#samples.reduce((best, one) => (one.roundTripMs < best.roundTripMs ? one : best)).offsetMs
  }

  now(): number {
    return Date.now() + this.#offsetMs
  }
}
