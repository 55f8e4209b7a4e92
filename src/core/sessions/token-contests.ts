import { addressKey } from '../address.ts'
import type { Limits } from '../limits.ts'

/**
 * Detects two boards that share one token: they displace each other again and again, from two addresses. A board whose
 * address changed does so once; only a back and forth counts.
 */
export class TokenContests {
  readonly #limits: Limits
  readonly #moves = new Map<string, { ticks: number; from: string; to: string }[]>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** A live connection of `deviceId` from address `from` was displaced by one from `to`. True when that makes it contested. */
  displaced(deviceId: string, fromAddress: string, toAddress: string, ticks: number): boolean {
    // One board changes its IPv6 address within its network as it likes.
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
