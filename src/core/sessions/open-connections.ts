import type { Session } from './session.ts'

/** Every open connection of boards, and for each device its current one: the newest. */
export class OpenConnections {
  readonly #byId = new Map<string, Session>()
  readonly #byDevice = new Map<string, Session>()

  get size(): number {
    return this.#byId.size
  }

  all(): IterableIterator<Session> {
    return this.#byId.values()
  }

  /** The current connection of a device. */
  ofDevice(deviceId: string): Session | undefined {
    return this.#byDevice.get(deviceId)
  }

  add(session: Session): void {
    this.#byId.set(session.id, session)
  }

  remove(session: Session): void {
    this.#byId.delete(session.id)
  }

  isCurrent(session: Session): boolean {
    return this.#byDevice.get(session.device.id) === session
  }

  /** Makes `session` the current connection of its device. */
  setCurrent(session: Session): void {
    this.#byDevice.set(session.device.id, session)
  }

  unsetCurrent(deviceId: string): void {
    this.#byDevice.delete(deviceId)
  }
}
