import type { Clock } from '../clock.ts'
import type { Device } from '../devices/device.ts'
import { freeName } from '../devices/device-names.ts'
import type { DeviceRegistry } from '../devices/device-registry.ts'
import { atBoundary, type FaultSink } from '../faults/faults.ts'
import type { Limits } from '../limits.ts'
import type { BoardJournal } from './board-journal.ts'
import type { OpenConnections } from './open-connections.ts'
import type { Session } from './session.ts'
import type { Takeover } from './takeover.ts'

interface NamelessTwinsParts {
  clock: Clock
  limits: Pick<Limits, 'sharedTwinWaitMs'>
  registry: DeviceRegistry
  connections: OpenConnections
  takeover: Takeover
  journal: BoardJournal
  faults: FaultSink
  /** Drops everything kept about a device that was never added to the registry. */
  discard: (deviceId: string) => void
  /** Ends a connection if the decision about its board threw an exception. */
  fail: (session: Session) => void
}

/**
 * Decides which device a board without an id is when other boards with its shared token are online. Those are pinged:
 * one that stays silent is the same board, whose old socket was never closed; if all answer, the board is a new one.
 * Until then its connection belongs to a provisional device that is not in the registry.
 */
export class NamelessTwins {
  readonly #parts: NamelessTwinsParts

  constructor(parts: NamelessTwinsParts) {
    this.#parts = parts
  }

  /** Pings the rivals, and decides after `sharedTwinWaitMs` which board `session` is. */
  settle(session: Session, rivals: readonly Device[]): void {
    const { clock, limits, registry, connections, faults, fail } = this.#parts
    const asked = rivals.flatMap(rival => connections.ofDevice(rival.id) ?? [])
    const askedTicks = clock.ticks()
    connections.setCurrent(session)
    registry.live(session.device, { connectionId: session.id })
    session.updateBudget()
    for (const rival of asked) {
      // This call counts the bytes received before the ping, so that they are not taken for its answer.
      rival.isDead(askedTicks)
      // One kind of ping is sent, as two never leave back to back; cameras in the field answer protocol pings only.
      rival.keepAlive(rival.device.kind === 'esp32cam' ? 'protocol' : 'text')
    }
    clock.after(limits.sharedTwinWaitMs, () => {
      const decide = () => this.#decide(session, asked, askedTicks)
      if (!session.closed) atBoundary(faults, 'board', decide, () => fail(session))
    })
  }

  #decide(session: Session, asked: readonly Session[], askedTicks: number): void {
    const { clock, registry, connections, takeover, journal, discard } = this.#parts
    for (const rival of asked) if (!rival.closed) rival.isDead(clock.ticks())
    const silent = asked.find(rival => rival.closed || rival.lastInboundTicks <= askedTicks)
    const device = silent?.device
    const current = device && connections.ofDevice(device.id)
    if (device && registry.get(device.id) === device && (current === silent || current === undefined)) {
      connections.unsetCurrent(session.device.id)
      discard(session.device.id)
      session.becomeDevice(device)
      takeover.takeOver(session)
      journal.note(session, { kind: 'gateway', data: { event: 'same_board' }, textFacts: { name: device.name } })
    } else {
      const { kind, name, credential } = session.device
      // Meanwhile another board may have taken the name, or the number among the boards without an id.
      registry.add(session.device, {
        name: freeName(kind, name, registry.nameTaken),
        member: registry.nextTwin(credential ?? ''),
        lastAddress: session.arrival.address,
      })
      const textFacts = { name: session.device.name }
      journal.note(session, { kind: 'gateway', data: { event: 'second_board' }, textFacts })
    }
  }
}
