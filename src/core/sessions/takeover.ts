import type { FailureCode } from '../../errors/errors.ts'
import type { Clock } from '../clock.ts'
import type { DeviceRegistry } from '../devices/device-registry.ts'
import { redact } from '../journal/redact.ts'
import type { Limits } from '../limits.ts'
import type { BoardJournal } from './board-journal.ts'
import { contestedEvent } from './journal-rows.ts'
import type { OpenConnections } from './open-connections.ts'
import type { PendingBuffers } from './pending-buffers.ts'
import type { Session } from './session.ts'
import { TokenContests } from './token-contests.ts'

/** Ends the connection of a board with the close code of `why`. */
export type EndSession = (session: Session, why: FailureCode) => void

interface TakeoverParts {
  clock: Clock
  limits: Limits
  registry: DeviceRegistry
  connections: OpenConnections
  journal: BoardJournal
  pending: PendingBuffers
  end: EndSession
}

/**
 * Makes the newest connection of a device its current one, and closes the older one (field rule 19). Two boards that
 * displace each other with one token make the device contested.
 */
export class Takeover {
  readonly #parts: TakeoverParts
  readonly #contests: TokenContests

  constructor(parts: TakeoverParts) {
    this.#parts = parts
    this.#contests = new TokenContests(parts.limits)
  }

  /** Makes `session` the current connection of its device. */
  takeOver(session: Session): void {
    const { clock, registry, connections, pending } = this.#parts
    const { device, arrival } = session
    const older = connections.ofDevice(device.id)
    connections.setCurrent(session)
    registry.live(device, {
      connectionId: session.id,
      lastSeenAt: clock.now(),
      lastAddress: arrival.address,
      ...(arrival.firmware && { firmware: redact(arrival.firmware, arrival.token, 64) }),
      ...(arrival.deviceId && { saysItIs: redact(arrival.deviceId, arrival.token, 64) }),
      disconnectedAt: undefined,
    })
    session.updateBudget()
    if (device.state === 'pending') pending.arrived(session)
    if (older) this.#displace(older, session)
    pending.reconnected(device.id)
  }

  forgetContest(deviceId: string): void {
    this.#contests.forget(deviceId)
  }

  #displace(older: Session, newer: Session): void {
    const { clock, limits, registry, journal, end } = this.#parts
    // The old socket may be closed already, its close event still queued: then no connection is displaced.
    older.finishClose()
    if (older.closed) return
    const ticks = clock.ticks()
    // A live board has sent something within the last one and a half usual ping intervals.
    const wasLive = ticks - older.lastInboundTicks < limits.pingEveryMs * 1.5
    const from = older.arrival.address
    const to = newer.arrival.address
    end(older, 'replaced')
    const { device } = newer
    if (!wasLive || !this.#contests.displaced(device.id, from, to, ticks) || device.contestedAt !== undefined) return
    registry.change(device, { contestedAt: clock.now() })
    journal.note(newer, contestedEvent(device.name, newer.arrival, [from, to]))
  }
}
