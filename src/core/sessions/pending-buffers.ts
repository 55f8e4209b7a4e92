import type { Clock } from '../clock.ts'
import type { Previews } from '../frames/previews.ts'
import type { Limits } from '../limits.ts'
import { PendingArrivals } from './pending-arrivals.ts'
import { type KeptMessage, PendingMessages } from './pending-messages.ts'
import type { Session } from './session.ts'

/** The messages, connections and previews of pending boards, kept in memory for the owner to view. */
export class PendingBuffers {
  readonly #messages: PendingMessages
  readonly #arrivals = new PendingArrivals()
  readonly #previews: Previews

  constructor(clock: Clock, limits: Limits, previews: Previews) {
    this.#messages = new PendingMessages(clock, limits)
    this.#previews = previews
  }

  /** Called when a pending board has connected. */
  arrived({ id, device, arrival }: Session): void {
    this.#arrivals.add(device.id, { connectionId: id, address: arrival.address })
  }

  /** Called when a device is connected again: its messages are kept. */
  reconnected(deviceId: string): void {
    this.#messages.reconnected(deviceId)
  }

  /** Called when the connection of a device ended: its messages are dropped after a while, unless it reconnects. */
  disconnected(deviceId: string): void {
    this.#messages.disconnected(deviceId)
  }

  /** Keeps a message of a pending device. Returns true for its first messages: only those belong in the journal. */
  keepMessage(deviceId: string, message: Record<string, unknown>): boolean {
    return this.#messages.keep(deviceId, message)
  }

  messagesOf(deviceId: string): readonly KeptMessage[] {
    return this.#messages.of(deviceId)
  }

  /** Whether another address used a pending board's claim since the connection `connectionId`. */
  changedSince(deviceId: string, connectionId: string): boolean {
    return this.#arrivals.changedSince(deviceId, connectionId)
  }

  /** Called once a second: drops the messages of devices that disconnected long ago. */
  sweep(): void {
    this.#messages.sweep()
  }

  forget(deviceId: string): void {
    this.#messages.forget(deviceId)
    this.#arrivals.forget(deviceId)
    this.#previews.forget(deviceId)
  }
}
