import type { Clock } from '../clock.ts'
import type { Limits } from '../limits.ts'

/** A pending board's message, for the owner to look at. */
export interface KeptMessage {
  at: number
  message: Record<string, unknown>
}

interface Kept {
  messages: (KeptMessage & { size: number })[]
  size: number
  /** Messages so far, also those no longer kept. */
  count: number
}

/** The last messages of each board that waits: so many, and so long all together, as a thousand strangers may wait. */
export class PendingMessages {
  readonly #clock: Clock
  readonly #limits: Pick<Limits, 'pendingMessagesKept' | 'pendingMessageChars'>
  readonly #kept = new Map<string, Kept>()

  constructor(clock: Clock, limits: Pick<Limits, 'pendingMessagesKept' | 'pendingMessageChars'>) {
    this.#clock = clock
    this.#limits = limits
  }

  of(deviceId: string): readonly KeptMessage[] {
    return this.#kept.get(deviceId)?.messages ?? []
  }

  /** True for the first ones of a device: only those belong in the journal, however often it connects again. */
  keep(deviceId: string, message: Record<string, unknown>): boolean {
    let kept = this.#kept.get(deviceId)
    if (!kept) this.#kept.set(deviceId, (kept = { messages: [], size: 0, count: 0 }))
    const size = JSON.stringify(message).length
    kept.messages.push({ at: this.#clock.now(), message, size })
    kept.size += size
    const { pendingMessagesKept, pendingMessageChars } = this.#limits
    while (kept.messages.length > pendingMessagesKept || (kept.size > pendingMessageChars && kept.messages.length > 1))
      kept.size -= kept.messages.shift()!.size
    return ++kept.count <= pendingMessagesKept
  }

  forget(deviceId: string): void {
    this.#kept.delete(deviceId)
  }
}
