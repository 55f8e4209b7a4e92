import type { Clock } from '../clock.ts'
import type { Limits } from '../limits.ts'
import { ownCopy } from '../own-copy.ts'

/** A pending board's message, for the owner to look at. */
export interface KeptMessage {
  at: number
  message: Record<string, unknown>
}

interface Kept {
  /** As JSON: what is kept can be counted, which no object in memory can. */
  messages: { at: number; json: string; bytes: number }[]
  bytes: number
  /** Messages so far, also those no longer kept. */
  count: number
}

type PendingLimits = Pick<
  Limits,
  'pendingMessagesKept' | 'pendingMessageBytes' | 'pendingMessageBytesInAll' | 'pendingMessagesForgottenAfterMs'
>

/** Of each message, beside its text: its place in the list, its time and the string's head. */
const overheadBytes = 96

/** The last messages of each board that waits: so many, so large together, and of all boards so large together. */
export class PendingMessages {
  readonly #clock: Clock
  readonly #limits: PendingLimits
  readonly #kept = new Map<string, Kept>()
  /** Boards that have left, with when, in that order. */
  readonly #disconnected = new Map<string, number>()
  #bytesInAll = 0

  constructor(clock: Clock, limits: PendingLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  /** What is kept of all boards together. */
  get bytes(): number {
    return this.#bytesInAll
  }

  of(deviceId: string): readonly KeptMessage[] {
    return (this.#kept.get(deviceId)?.messages ?? []).map(({ at, json }) => ({ at, message: JSON.parse(json) }))
  }

  /** True for the first ones of a device: only those belong in the journal, however often it connects again. */
  keep(deviceId: string, message: Record<string, unknown>): boolean {
    let kept = this.#kept.get(deviceId)
    if (!kept) this.#kept.set(deviceId, (kept = { messages: [], bytes: 0, count: 0 }))
    const json = ownCopy(JSON.stringify(message))
    const bytes = json.length * (isLatin1(json) ? 1 : 2) + overheadBytes
    kept.messages.push({ at: this.#clock.now(), json, bytes })
    kept.bytes += bytes
    this.#bytesInAll += bytes
    const { pendingMessagesKept, pendingMessageBytes, pendingMessageBytesInAll } = this.#limits
    while (kept.messages.length > pendingMessagesKept || kept.bytes > pendingMessageBytes) this.#dropOldest(kept)
    while (this.#bytesInAll > pendingMessageBytesInAll) this.#dropOldest(this.#largest())
    return ++kept.count <= pendingMessagesKept
  }

  /** The board is connected. */
  reconnected(deviceId: string): void {
    this.#disconnected.delete(deviceId)
  }

  /** The board's connection ended: its messages are dropped after an hour, unless it comes back. */
  disconnected(deviceId: string): void {
    if (!this.#kept.has(deviceId)) return
    this.#disconnected.delete(deviceId)
    this.#disconnected.set(deviceId, this.#clock.ticks())
  }

  /** Drops the messages of boards that left long ago. */
  sweep(): void {
    const before = this.#clock.ticks() - this.#limits.pendingMessagesForgottenAfterMs
    for (const [deviceId, disconnectedTicks] of this.#disconnected) {
      if (disconnectedTicks > before) return
      this.#disconnected.delete(deviceId)
      const kept = this.#kept.get(deviceId)
      while (kept && kept.messages.length > 0) this.#dropOldest(kept)
    }
  }

  forget(deviceId: string): void {
    this.#disconnected.delete(deviceId)
    this.#bytesInAll -= this.#kept.get(deviceId)?.bytes ?? 0
    this.#kept.delete(deviceId)
  }

  #dropOldest(kept: Kept): void {
    const { bytes } = kept.messages.shift()!
    kept.bytes -= bytes
    this.#bytesInAll -= bytes
  }

  /** The board that takes the most room makes some: nobody pushes out what others said. */
  #largest(): Kept {
    let largest: Kept | undefined
    for (const kept of this.#kept.values()) if (!largest || kept.bytes > largest.bytes) largest = kept
    return largest!
  }
}

/** V8 keeps such a text with one byte for each character. */
const isLatin1 = (text: string): boolean => !/[^\0-\xff]/.test(text)
