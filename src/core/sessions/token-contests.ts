import { addressKey } from '../address.ts'
import type { Limits } from '../limits.ts'

/**
 * Detects two boards that share one token: they displace each other again and again, from two addresses. A board whose
 * address changed displaces its old connection only once.
 */
export class TokenContests {
  readonly #limits: Limits
  readonly #moves = new Map<string, { ticks: number; from: string; to: string }[]>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Counts a live connection displaced by one from another address. Returns true if the device is now contested. */
  displaced(deviceId: string, fromAddress: string, toAddress: string, ticks: number): boolean {
    // A single board may change its IPv6 address within its network at any time.
    const from = addressKey(fromAddress)
    const to = addressKey(toAddress)
    if (from === to) return false
    const recent = (this.#moves.get(deviceId) ?? []).filter(move => ticks - move.ticks < this.#limits.contestedWithinMs)
    recent.push({ ticks, from, to })
    this.#moves.set(deviceId, recent)
    const between = recent.filter(
      move => (move.from === from && move.to === to) || (move.from === to && move.to === from),
    )
    return between.length >= this.#limits.contestedDisplacements
  }

  forget(deviceId: string): void {
    this.#moves.delete(deviceId)
  }
}
