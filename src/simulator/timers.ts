/** Timers that end with their owner. */
export class Timers implements Disposable {
  readonly #running = new Set<NodeJS.Timeout>()
  #ended = false

  after(delayMs: number, act: () => void): void {
    if (this.#ended) return
    const timer = setTimeout(() => {
      this.#running.delete(timer)
      act()
    }, delayMs)
    this.#running.add(timer)
  }

  /**
   * Calls `act` every `periodMs`, first after one period. A late call does not push back those after it, and a missed
   * one is not made up. The returned function stops it early.
   */
  every(periodMs: number, act: () => void): () => void {
    const startedMs = performance.now()
    let turn = 0
    let going = true
    const again = () => {
      const passedMs = performance.now() - startedMs
      turn = Math.max(turn, Math.floor(passedMs / periodMs)) + 1
      this.after(turn * periodMs - passedMs, () => {
        if (!going) return
        act()
        again()
      })
    }
    again()
    return () => {
      going = false
    }
  }

  [Symbol.dispose](): void {
    this.#ended = true
    for (const timer of this.#running) clearTimeout(timer)
    this.#running.clear()
  }
}
