import { closeCodeOf, type FailureCode } from '../../errors/errors.ts'
import type { EntryKind } from '../../protocol/vocabulary.ts'
import { addressKey } from '../address.ts'
import type { Clock } from '../clock.ts'
import type { Device } from '../devices/device.ts'
import { freeName } from '../devices/device-names.ts'
import type { DeviceRegistry } from '../devices/device-registry.ts'
import type { DiagnosisFacts } from '../diagnosis/fill-placeholders.ts'
import type { Symptom } from '../diagnosis/symptoms.ts'
import { atBoundary, type FaultSink } from '../faults/faults.ts'
import type { CameraStreams } from '../frames/camera-streams.ts'
import { Frame } from '../frames/frame.ts'
import type { Previews } from '../frames/previews.ts'
import { newId } from '../ids.ts'
import type { Journal } from '../journal/journal.ts'
import { redact } from '../journal/redact.ts'
import type { Limits } from '../limits.ts'
import { RateLimit } from '../rate-limit.ts'
import type { Arrival } from './arrival.ts'
import type { BoardConnection } from './board-connection.ts'
import type { BoardFacts } from './board-facts.ts'
import { brokenBy, diagnosed } from './broken.ts'
import * as journalRows from './journal-rows.ts'
import { KeepAliveWheel } from './keep-alive-wheel.ts'
import { type LiveFacts, liveFactsOf } from './live-facts.ts'
import { MessageRows } from './message-rows.ts'
import { PendingArrivals } from './pending-arrivals.ts'
import { type KeptMessage, PendingMessages } from './pending-messages.ts'
import { Session } from './session.ts'
import { noRecorder, type SessionRecorder } from './session-recorder.ts'
import { StrangerBudgets } from './stranger-budgets.ts'
import { TimeZones } from './time-zones.ts'
import { TokenContests } from './token-contests.ts'
import { TrafficCounters } from './traffic-counters.ts'

/** `lastSeenAt` and the like reach the disk this often: they may be this old after a power cut, never while it runs. */
const saveLiveFactsEveryMs = 60_000

/** Every open conversation. The newest connection of a device is the one that counts. */
export class Sessions {
  readonly clock: Clock
  readonly limits: Limits
  readonly journal: Pick<Journal, 'note' | 'readingsCommitted'>
  readonly streams: CameraStreams
  /** Boards that ask for the time are told the gateway's zone, or their own. */
  readonly zones: TimeZones
  /** Who keeps the black boxes of these boards. */
  recorder: SessionRecorder = noRecorder
  readonly #registry: DeviceRegistry
  readonly #previews: Previews
  readonly #contest: TokenContests
  readonly #wheel: KeepAliveWheel<Session>
  readonly #faults: FaultSink
  readonly #byConnection = new Map<string, Session>()
  readonly #byDevice = new Map<string, Session>()
  readonly #pendingMessages: PendingMessages
  /** Pending boards, and others whom nobody knows yet: what they may send. */
  readonly strangers: StrangerBudgets
  readonly messageRows: MessageRows
  /** Rows that boards nobody has approved may write, by address. */
  readonly #pendingRows: RateLimit
  /** Who used a pending board's claim, oldest first: approving is for the connection the owner looked at. */
  readonly #arrivals = new PendingArrivals()
  #ending = false
  messagesReceived = 0

  constructor(parts: {
    clock: Clock
    limits: Limits
    journal: Pick<Journal, 'note' | 'readingsCommitted'>
    registry: DeviceRegistry
    streams: CameraStreams
    previews: Previews
    faults: FaultSink
    timeZone?: string
  }) {
    this.zones = new TimeZones(parts.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, parts.clock)
    this.clock = parts.clock
    this.limits = parts.limits
    this.journal = parts.journal
    this.streams = parts.streams
    this.#registry = parts.registry
    this.#previews = parts.previews
    this.#contest = new TokenContests(parts.limits)
    this.#pendingMessages = new PendingMessages(parts.clock, parts.limits)
    this.strangers = new StrangerBudgets(parts.clock, parts.limits)
    this.messageRows = new MessageRows(parts.clock, parts.limits, (session, leftOut) =>
      this.note(session, 'gateway', ...journalRows.leftOutRow(leftOut, session.arrival.token)),
    )
    this.#pendingRows = new RateLimit(parts.limits.pendingRowsPerMinute, parts.limits.pendingRowBurst)
    this.#faults = parts.faults
    this.#wheel = new KeepAliveWheel(parts.clock, parts.limits, parts.faults)
  }

  /** Starts the one wheel that keeps lines alive and notices dead ones. */
  start(): void {
    this.#wheel.start(
      session => this.#look(session),
      session => this.fail(session),
      () => {
        this.streams.sweep()
        this.#pendingMessages.sweep()
      },
    )
  }

  stop(): void {
    this.#wheel.stop()
  }

  get size(): number {
    return this.#byConnection.size
  }

  all(): IterableIterator<Session> {
    return this.#byConnection.values()
  }

  ofDevice(deviceId: string): Session | undefined {
    return this.#byDevice.get(deviceId)
  }

  messagesOf(deviceId: string): readonly KeptMessage[] {
    return this.#pendingMessages.of(deviceId)
  }

  /**
   * A board was admitted: its conversation begins, and an older one of the same device ends.
   * `rivals`: devices one of which this nameless board may be; see `#settleTwin`.
   */
  open(device: Device, arrival: Arrival, line: BoardConnection, rivals?: readonly Device[]): Session {
    const session = new Session(newId('c'), device, arrival, line, this)
    this.#byConnection.set(session.id, session)
    this.#wheel.add(session)
    if (rivals && rivals.length > 0) this.#settleTwin(session, rivals)
    else this.#takeOver(session, device)
    this.note(session, 'connection.opened', ...journalRows.openedRow(arrival, device))
    session.greet()
    this.recorder.opened(session)
    return session
  }

  /** The socket is gone. `code`: the close code seen, 1005 and 1006 included. A late close of an old socket changes nothing. */
  closed(session: Session, code: number, byGateway: boolean, why?: FailureCode): void {
    if (session.closed) return this.recorder.parted(session, code)
    this.recorder.closed(session, code, byGateway)
    session.onGone()
    this.#pendingMessages.left(session.device.id)
    this.#byConnection.delete(session.id)
    this.#wheel.remove(session)
    this.#reportTraffic(session)
    const seconds = Math.round((this.clock.now() - session.openedAt) / 1000)
    this.note(session, 'connection.closed', ...journalRows.closedRow(seconds, code, byGateway, brokenBy(session, why)))
    const device = session.device
    if (this.#byDevice.get(device.id) !== session) return
    this.#byDevice.delete(device.id)
    // Never became a device (see `#settleTwin`): nothing of it stays.
    if (this.#registry.get(device.id) !== device) this.streams.close(device.id)
    if (this.#ending) this.#registry.touch(device)
    else {
      delete device.connectionId
      device.disconnectedAt = this.clock.now()
      this.#changed(device)
    }
  }

  /** Ends the connection of a device, if it has one, with the close code of `why`. */
  cut(deviceId: string, why: FailureCode): void {
    const session = this.#byDevice.get(deviceId)
    if (session) this.end(session, why)
  }

  /** Ends a conversation with the close code of `why`. The device is offline at once, whenever its socket closes. */
  end(session: Session, why: FailureCode): void {
    const code = closeCodeOf(why)
    session.end(code, why)
    this.closed(session, code, true, why)
  }

  /** An exception of ours came out of what this board asked for: it is counted, and ends this connection alone. */
  caught(session: Session, error: unknown): void {
    this.#faults.caught('board', error, () => ({ device: session.device.id, connection: session.id }))
    this.fail(session)
  }

  /** A defect of ours met this conversation: it ends with 1011, and is forgotten whatever else of its end fails. */
  fail(session: Session): void {
    atBoundary(this.#faults, 'closing', () => this.end(session, 'internal'))
    session.closed = true
    this.#byConnection.delete(session.id)
    this.#wheel.remove(session)
    if (this.#byDevice.get(session.device.id) === session) this.#byDevice.delete(session.device.id)
  }

  /** Sends Close 1001 to every board. In the store they stay marked as online: the next start calls them reconnecting. */
  endAll(): void {
    this.#ending = true
    atBoundary(this.#faults, 'shutdown', () => this.messageRows.flush())
    for (const session of [...this.#byConnection.values()]) {
      const end = () => this.end(session, 'shutting_down')
      atBoundary(this.#faults, 'closing', end, () => this.fail(session))
    }
  }

  /** A device may no longer be here, whoever decided it: its line ends, its viewers are sent away. */
  shut(deviceId: string, why: FailureCode): void {
    this.cut(deviceId, why)
    this.streams.close(deviceId)
    this.forgetPending(deviceId)
  }

  onFrame(session: Session, jpeg: Buffer): void {
    const { device } = session
    if (device.state === 'active')
      this.streams.of(device.id).publish(new Frame(jpeg, this.clock.now(), session.lastInboundTicks))
    else this.#previews.offer(device.id, jpeg)
  }

  onFacts(session: Session, facts: BoardFacts): void {
    Object.assign(session.device, facts)
    if (this.#registry.get(session.device.id) === session.device) this.#registry.touch(session.device)
  }

  /** True for the first ones of a device: only those belong in the journal. */
  keepPendingMessage(session: Session, message: Record<string, unknown>): boolean {
    return this.#pendingMessages.keep(session.device.id, message)
  }

  note(session: Session, kind: EntryKind, text: string, data?: Record<string, unknown>): void {
    if (kind === 'message') this.messagesReceived++
    if (kind !== 'gateway' && !this.#mayWrite(session)) return
    this.journal.note({
      kind,
      deviceId: session.device.id,
      connectionId: session.id,
      address: session.arrival.address,
      text: redact(text, session.arrival.token),
      data,
    })
  }

  /** Resolves when the readings noted so far are on disk, and their device too, if it is a new one. @throws the store's error */
  async readingsStored(device: Device): Promise<void> {
    const stored = this.journal.readingsCommitted()
    await (this.#registry.isNew(device) ? Promise.all([stored, this.#registry.committed()]) : stored)
  }

  /** Something is wrong with what a board says. Said once in a conversation, however often it happens. */
  diagnose(
    session: Session,
    symptom: Symptom,
    text: string,
    facts: DiagnosisFacts = {},
    more: Record<string, unknown> = {},
  ): void {
    if (session.closed || session.symptoms?.has(symptom)) return
    session.symptoms ??= new Set()
    session.symptoms.add(symptom)
    if (!this.#mayWrite(session)) return
    this.note(session, 'gateway', text, { event: 'diagnosis', ...diagnosed(session.arrival, symptom, facts), ...more })
  }

  /** Boards that nobody has approved may write so many rows. */
  #mayWrite({ device, arrival }: Session): boolean {
    return device.state !== 'pending' || this.#pendingRows.take(addressKey(arrival.address), this.clock.ticks()) === 0
  }

  /** Whether another address used a pending board's claim since the connection `seenId`. */
  changedSince(deviceId: string, seenId: string): boolean {
    return this.#arrivals.changedSince(deviceId, seenId)
  }

  /** Forgets what was kept about a device that is no longer pending. */
  forgetPending(deviceId: string): void {
    this.#pendingMessages.forget(deviceId)
    this.#arrivals.forget(deviceId)
    this.#byDevice.get(deviceId)?.updateBudget()
    this.#previews.forget(deviceId)
    this.#contest.forget(deviceId)
  }

  forgetContest(deviceId: string): void {
    this.#contest.forget(deviceId)
  }

  #takeOver(session: Session, device: Device): void {
    const older = this.#byDevice.get(device.id)
    const now = this.clock.now()
    this.#byDevice.set(device.id, session)
    Object.assign(device, { connectionId: session.id, lastSeenAt: now, lastAddress: session.arrival.address })
    const { token, firmware, deviceId } = session.arrival
    if (firmware) device.firmware = redact(firmware, token, 64)
    if (deviceId) device.saysItIs = redact(deviceId, token, 64)
    delete device.disconnectedAt
    this.#changed(device)
    session.updateBudget()
    if (device.state === 'pending') this.#arrivals.add(session)
    if (older) this.#displace(older, session)
    this.#pendingMessages.back(device.id)
  }

  /** A provisional device (see `#settleTwin`) is not in the registry yet. */
  #changed(device: Device): void {
    if (this.#registry.get(device.id) === device) this.#registry.noteChange(device)
  }

  #displace(older: Session, newer: Session): void {
    // Gone already, and only not told: then nobody is displaced.
    older.settle()
    if (older.closed) return
    const ticks = this.clock.ticks()
    // Whether the old one was still alive: it was heard from within one and a half keep-alive turns.
    const wasLive = ticks - older.lastInboundTicks < this.limits.pingEveryMs * 1.5
    const from = older.arrival.address
    const to = newer.arrival.address
    this.end(older, 'replaced')
    if (
      !wasLive ||
      !this.#contest.displaced(newer.device.id, from, to, ticks) ||
      newer.device.contestedAt !== undefined
    )
      return
    this.#registry.update(newer.device, { contestedAt: this.clock.now() })
    this.note(newer, 'gateway', ...journalRows.contestedRow(newer.device.name, newer.arrival, [from, to]))
  }

  /**
   * A board without an id came while others of its shared token are online. They are pinged: one that stays silent is
   * this very board, whose old socket nobody closed; if all answer, the newcomer is one board more.
   */
  #settleTwin(session: Session, rivals: readonly Device[]): void {
    const asked = rivals.flatMap(rival => this.#byDevice.get(rival.id) ?? [])
    const askedTicks = this.clock.ticks()
    this.#byDevice.set(session.device.id, session)
    session.device.connectionId = session.id
    session.updateBudget()
    for (const rival of asked) {
      // What came before we asked is no answer, even if it is looked at only later.
      rival.isDead(askedTicks)
      // One of the two is enough, and no two leave back to back; field cameras hear the protocol's only.
      rival.keepAlive(rival.device.kind === 'esp32cam' ? 'protocol' : 'text')
    }
    this.clock.after(this.limits.sharedTwinWaitMs, () => {
      const decide = () => this.#decideTwin(session, asked, askedTicks)
      if (!session.closed) atBoundary(this.#faults, 'board', decide, () => this.fail(session))
    })
  }

  #decideTwin(session: Session, asked: readonly Session[], askedTicks: number): void {
    for (const rival of asked) if (!rival.closed) rival.isDead(this.clock.ticks())
    const silent = asked.find(rival => rival.closed || rival.lastInboundTicks <= askedTicks)
    const device = silent?.device
    if (
      device &&
      this.#registry.get(device.id) === device &&
      (silent === this.#byDevice.get(device.id) || !this.#byDevice.has(device.id))
    ) {
      this.#byDevice.delete(session.device.id)
      this.streams.close(session.device.id)
      session.device = device
      this.#takeOver(session, device)
      this.note(session, 'gateway', ...journalRows.sameBoardRow(device.name))
    } else {
      // Its name, and its number among the nameless ones, may have been taken while we waited.
      session.device.name = freeName(session.device.kind, session.device.name, this.#registry.nameTaken)
      session.device.member = this.#registry.nextTwin(session.device.credential ?? '')
      session.device.lastAddress = session.arrival.address
      this.#registry.add(session.device)
      this.note(session, 'gateway', ...journalRows.secondBoardRow(session.device.name))
    }
  }

  #look(session: Session): void {
    const ticks = this.clock.ticks()
    session.tellViewers()
    if (session.isDead(ticks)) this.end(session, 'silent')
    else if (ticks - session.traffic.sinceTicks >= this.limits.trafficEveryMs) this.#reportTraffic(session)
    if (ticks - session.savedTicks >= saveLiveFactsEveryMs) {
      session.savedTicks = ticks
      this.#registry.touch(session.device)
    }
  }

  #reportTraffic(session: Session): void {
    const { traffic } = session
    this.recorder.counted(session)
    traffic.overBudget = session.takeDropped()
    session.traffic = new TrafficCounters(this.clock.ticks())
    const row = journalRows.trafficRow(traffic, this.clock.ticks())
    if (row) this.note(session, 'traffic', ...row)
  }

  /** Facts of a device that only its open conversation knows. */
  liveOf(device: Device): LiveFacts {
    return liveFactsOf(device, this.#byDevice.get(device.id), this.clock.now())
  }
}
