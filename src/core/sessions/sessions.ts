import { closeCodeOf, type FailureCode } from '../../errors/errors.ts'
import type { Arrival } from '../arrival.ts'
import type { Clock } from '../clock.ts'
import type { Device } from '../devices/device.ts'
import type { DeviceRegistry } from '../devices/device-registry.ts'
import { atBoundary, type FaultSink } from '../faults/faults.ts'
import { BoardFrames } from '../frames/board-frames.ts'
import type { CameraStreams } from '../frames/camera-streams.ts'
import type { Previews } from '../frames/previews.ts'
import { newId } from '../ids.ts'
import type { Limits } from '../limits.ts'
import type { BoardConnection } from './board-connection.ts'
import { BoardJournal, type RowJournal } from './board-journal.ts'
import { closingSymptom } from './closing-symptom.ts'
import { type ConnectionFacts, connectionFactsOf } from './connection-facts.ts'
import { closedEvent, diagnosed, openedEvent } from './journal-rows.ts'
import { KeepAliveWheel } from './keep-alive-wheel.ts'
import { NamelessTwins } from './nameless-twins.ts'
import type { OpenConnections } from './open-connections.ts'
import { PendingBuffers } from './pending-buffers.ts'
import type { KeptMessage } from './pending-messages.ts'
import { Session, type SessionHost } from './session.ts'
import type { SessionRecorder } from './session-recorder.ts'
import { StrangerBudgets } from './stranger-budgets.ts'
import { Takeover } from './takeover.ts'
import { TimeZones } from './time-zones.ts'

/** Live facts such as `lastSeenAt` are stored this often: after a power cut, the stored ones may be this old. */
const saveLiveFactsEveryMs = 60_000

/** Opens and ends the sessions of boards, and keeps them alive. */
export class Sessions {
  /** The budgets of pending boards, and of other clients that are not known yet. */
  readonly strangers: StrangerBudgets
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #registry: DeviceRegistry
  readonly #connections: OpenConnections
  readonly #streams: CameraStreams
  readonly #recorder: SessionRecorder
  readonly #faults: FaultSink
  readonly #pending: PendingBuffers
  readonly #journal: BoardJournal
  readonly #takeover: Takeover
  readonly #twins: NamelessTwins
  readonly #wheel: KeepAliveWheel<Session>
  readonly #host: SessionHost
  #ending = false

  /** `timeZone`: the gateway's time zone, for boards that request the time; by default the system's. */
  constructor(parts: {
    clock: Clock
    limits: Limits
    journal: RowJournal
    registry: DeviceRegistry
    connections: OpenConnections
    streams: CameraStreams
    previews: Previews
    recorder: SessionRecorder
    faults: FaultSink
    timeZone?: string
  }) {
    const { clock, limits, registry, connections, streams, previews, recorder, faults } = parts
    this.#clock = clock
    this.#limits = limits
    this.#registry = registry
    this.#connections = connections
    this.#streams = streams
    this.#recorder = recorder
    this.#faults = faults
    this.strangers = new StrangerBudgets(clock, limits)
    const pending = new PendingBuffers(clock, limits, previews)
    const journal = new BoardJournal({ clock, limits, journal: parts.journal, registry, pending })
    const end = (session: Session, why: FailureCode) => this.end(session, why)
    const takeover = new Takeover({ clock, limits, registry, connections, journal, pending, end })
    this.#pending = pending
    this.#journal = journal
    this.#takeover = takeover
    this.#twins = new NamelessTwins({
      clock,
      limits,
      registry,
      connections,
      takeover,
      journal,
      faults,
      discard: deviceId => streams.close(deviceId),
      fail: session => this.fail(session),
    })
    this.#wheel = new KeepAliveWheel(clock, limits, faults)
    this.#host = {
      clock,
      limits,
      journal,
      frames: new BoardFrames(clock, streams, previews),
      devices: registry,
      recorder,
      strangers: this.strangers,
      zones: new TimeZones(parts.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, clock),
      end,
      caught: (session, error) => this.#caught(session, error),
    }
  }

  /** Starts the one wheel that keeps connections alive and finds dead ones. */
  start(): void {
    this.#wheel.start(
      session => this.#check(session),
      session => this.fail(session),
      () => {
        this.#streams.sweep()
        this.#pending.sweep()
      },
    )
  }

  stop(): void {
    this.#wheel.stop()
  }

  get size(): number {
    return this.#connections.size
  }

  all(): IterableIterator<Session> {
    return this.#connections.all()
  }

  /** The current connection of a device. */
  ofDevice(deviceId: string): Session | undefined {
    return this.#connections.ofDevice(deviceId)
  }

  /** Facts of a device that exist only while its connection is open. */
  liveOf(device: Device): ConnectionFacts {
    return connectionFactsOf(device, this.#connections.ofDevice(device.id), this.#clock.now())
  }

  /** The last messages of a pending device. */
  messagesOf(deviceId: string): readonly KeptMessage[] {
    return this.#pending.messagesOf(deviceId)
  }

  /** Number of board messages written to the journal. */
  get messagesReceived(): number {
    return this.#journal.messagesReceived
  }

  /**
   * Opens the session of an admitted board, and ends an older session of the same device.
   * `rivals`: devices that this board without an id may be one of; see `NamelessTwins`.
   */
  open(
    { device, rivals }: { device: Device; rivals?: readonly Device[] },
    arrival: Arrival,
    connection: BoardConnection,
  ): Session {
    const session = new Session(newId('c'), device, arrival, connection, this.#host)
    this.#connections.add(session)
    this.#wheel.add(session)
    if (rivals && rivals.length > 0) this.#twins.settle(session, rivals)
    else this.#takeover.takeOver(session)
    this.#journal.note(session, openedEvent(arrival, device))
    session.greet()
    this.#recorder.onOpened(session)
    return session
  }

  /**
   * Called when a socket is closed. `code`: the close code seen, 1005 and 1006 included. A late close of an old socket
   * changes nothing.
   */
  closed(session: Session, code: number, byGateway: boolean, why?: FailureCode): void {
    if (session.closed) return this.#recorder.onCloseAnswered(session, code)
    this.#recorder.onClosed(session, code, byGateway)
    session.onClosed()
    this.#pending.disconnected(session.device.id)
    this.#connections.remove(session)
    this.#wheel.remove(session)
    this.#journal.traffic(session)
    const seconds = Math.round((this.#clock.now() - session.openedAt) / 1000)
    const symptom = closingSymptom(why, session.symptoms)
    const broken = symptom && diagnosed(session.arrival, symptom)
    this.#journal.note(session, closedEvent(seconds, code, byGateway, broken))
    const { device } = session
    if (!this.#connections.isCurrent(session)) return
    this.#connections.unsetCurrent(device.id)
    // Nothing is kept about a provisional device that was never registered (see `NamelessTwins`).
    if (this.#registry.get(device.id) !== device) this.#streams.close(device.id)
    if (this.#ending) this.#registry.saveLive(device)
    else this.#registry.live(device, { connectionId: undefined, disconnectedAt: this.#clock.now() })
  }

  /** Ends the connection of a device, if it has one, with the close code of `why`. */
  disconnect(deviceId: string, why: FailureCode): void {
    const session = this.#connections.ofDevice(deviceId)
    if (session) this.end(session, why)
  }

  /** Ends a session with the close code of `why`. The device is offline at once, even if its socket closes later. */
  end(session: Session, why: FailureCode): void {
    const code = closeCodeOf(why)
    session.end(code, why)
    this.closed(session, code, true, why)
  }

  /** Reports an exception thrown by work for this board, and ends only this connection. */
  #caught(session: Session, error: unknown): void {
    this.#faults.caught('board', error, () => ({ device: session.device.id, connection: session.id }))
    this.fail(session)
  }

  /** Ends a session with 1011 after a defect of the gateway. The session is forgotten even if its usual end fails. */
  fail(session: Session): void {
    atBoundary(this.#faults, 'closing', () => this.end(session, 'internal'))
    session.markClosed()
    this.#connections.remove(session)
    this.#wheel.remove(session)
    if (this.#connections.isCurrent(session)) this.#connections.unsetCurrent(session.device.id)
  }

  /** Sends Close 1001 to every board. Boards stay online in the store: the next start shows them as reconnecting. */
  endAll(): void {
    this.#ending = true
    atBoundary(this.#faults, 'shutdown', () => this.#journal.flush())
    for (const session of [...this.#connections.all()]) {
      const end = () => this.end(session, 'shutting_down')
      atBoundary(this.#faults, 'closing', end, () => this.fail(session))
    }
  }

  /** Ends the connection of a device that is no longer allowed, and disconnects its viewers. */
  shut(deviceId: string, why: FailureCode): void {
    this.disconnect(deviceId, why)
    this.#streams.close(deviceId)
    this.forgetPending(deviceId)
  }

  /** Whether another address used a pending device's claim since the connection `connectionId`. */
  changedSince(deviceId: string, connectionId: string): boolean {
    return this.#pending.changedSince(deviceId, connectionId)
  }

  /** Forgets everything that was kept about a device while it was pending. */
  forgetPending(deviceId: string): void {
    this.#pending.forget(deviceId)
    this.#connections.ofDevice(deviceId)?.updateBudget()
    this.#takeover.forgetContest(deviceId)
  }

  /** Forgets that two boards displaced each other with the token of this device. */
  forgetContest(deviceId: string): void {
    this.#takeover.forgetContest(deviceId)
  }

  /** Called once a second for each session. */
  #check(session: Session): void {
    const ticks = this.#clock.ticks()
    session.updateViewers()
    if (session.isDead(ticks)) this.end(session, 'silent')
    else if (ticks - session.traffic.sinceTicks >= this.#limits.trafficEveryMs) this.#journal.traffic(session)
    if (session.takeSaveDue(ticks, saveLiveFactsEveryMs)) this.#registry.saveLive(session.device)
  }
}
