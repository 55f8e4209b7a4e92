import type { Clock } from '../clock.ts'
import type { Previews } from '../frames/previews.ts'
import type { Limits } from '../limits.ts'
import { PendingArrivals } from './pending-arrivals.ts'
import { type KeptMessage, PendingMessages } from './pending-messages.ts'
import type { Session } from './session.ts'

/** Everything kept in memory about pending boards, for the owner to view: messages, arrivals and previews. */
export class PendingBuffers {
  readonly #messages: PendingMessages
  readonly #arrivals = new PendingArrivals()
  readonly #previews: Previews

  constructor(clock: Clock, limits: Limits, previews: Previews) {
    this.#messages = new PendingMessages(clock, limits)
    this.#previews = previews
  }

  /** A pending board connected. */
  arrived({ id, device, arrival }: Session): void {
    this.#arrivals.add(device.id, { connectionId: id, address: arrival.address })
  }

  /** A device is connected again: its messages are kept. */
  reconnected(deviceId: string): void {
    this.#messages.reconnected(deviceId)
  }

  /** The connection of a device ended: its messages are dropped after a while, unless it comes back. */
  disconnected(deviceId: string): void {
    this.#messages.disconnected(deviceId)
  }

  /** Keeps a message of a pending device. True for its first ones: only those belong in the journal. */
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

  /** Once a second: drops the messages of devices that disconnected long ago. */
  sweep(): void {
    this.#messages.sweep()
  }

  forget(deviceId: string): void {
    this.#messages.forget(deviceId)
    this.#arrivals.forget(deviceId)
    this.#previews.forget(deviceId)
  }
}
