import type { Clock } from '../clock.ts'
import type { Limits } from '../limits.ts'
import { ownCopy } from '../own-copy.ts'

/** A pending board's message, kept for the owner to view. */
export interface KeptMessage {
  at: number
  message: Record<string, unknown>
}

interface Kept {
  /** Kept as JSON, because the size of JSON can be counted and that of an object in memory cannot. */
  messages: { at: number; json: string; bytes: number }[]
  bytes: number
  /** Number of messages so far, including those no longer kept. */
  count: number
}

type PendingLimits = Pick<
  Limits,
  'pendingMessagesKept' | 'pendingMessageBytes' | 'pendingMessageBytesInAll' | 'pendingMessagesForgottenAfterMs'
>

/** Bytes counted for each message besides its text: its place in the list, its time and the string's header. */
const overheadBytes = 96

/** The last messages of each pending board, limited in number and bytes for each board, and in bytes for all. */
export class PendingMessages {
  readonly #clock: Clock
  readonly #limits: PendingLimits
  readonly #kept = new Map<string, Kept>()
  /** Boards that disconnected, with the time when they did, oldest first. */
  readonly #disconnected = new Map<string, number>()
  #bytesInAll = 0

  constructor(clock: Clock, limits: PendingLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  /** Bytes kept for all boards together. */
  get bytes(): number {
    return this.#bytesInAll
  }

  of(deviceId: string): readonly KeptMessage[] {
    return (this.#kept.get(deviceId)?.messages ?? []).map(({ at, json }) => ({ at, message: JSON.parse(json) }))
  }

  /** Returns true for the first messages of a device: only they belong in the journal, however often it reconnects. */
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

  /** Called when the device is connected again: its messages are kept. */
  reconnected(deviceId: string): void {
    this.#disconnected.delete(deviceId)
  }

  /** Called on a disconnect: the messages are dropped after `pendingMessagesForgottenAfterMs` without a reconnect. */
  disconnected(deviceId: string): void {
    if (!this.#kept.has(deviceId)) return
    this.#disconnected.delete(deviceId)
    this.#disconnected.set(deviceId, this.#clock.ticks())
  }

  /** Drops the messages of boards that disconnected long ago. */
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

  /** The board with the most bytes, which loses its oldest message: so no board displaces the messages of others. */
  #largest(): Kept {
    let largest: Kept | undefined
    for (const kept of this.#kept.values()) if (!largest || kept.bytes > largest.bytes) largest = kept
    return largest!
  }
}

/** Whether V8 stores this text with one byte for each character. */
const isLatin1 = (text: string): boolean => !/[^\0-\xff]/.test(text)
