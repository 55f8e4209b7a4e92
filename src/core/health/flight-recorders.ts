import { closeCodes } from '#protocol/close-codes.ts'
import type { Severity } from '#protocol/vocabulary.ts'
import { type Cancel, type Clock, every } from '../clock.ts'
import type { Device } from '../devices/device.ts'
import type { DeviceRegistry } from '../devices/device-registry.ts'
import type { CameraStreams } from '../frames/camera-streams.ts'
import type { JournalRow } from '../journal/entry.ts'
import type { JournalSource } from '../journal/journal-ports.ts'
import type { Limits } from '../limits.ts'
import type { RecordedSession, SessionRecorder } from '../sessions/session-recorder.ts'
import type { TrafficCounters } from '../sessions/traffic-counters.ts'
import { AdaptiveKeepAlive } from './adaptive-keep-alive.ts'
import { BoardClock } from './board-clock.ts'
import { severityOf } from './findings/examine.ts'
import { FlightRecorder, type StoredFlightRecorder } from './flight-recorder.ts'
import { eventsOf, type OrderKind, type Sample, type Trace, type TraceEvent } from './trace.ts'

/** Keeps flight recorders across restarts. */
export interface FlightRecorderStore {
  loadRecorders(): Promise<{ deviceId: string; kept: StoredFlightRecorder }[]>
  saveRecorders(flightRecorders: readonly { deviceId: string; kept: StoredFlightRecorder }[]): Promise<void>
  forgetRecorders(deviceIds: readonly string[]): Promise<void>
}

/** The open connections of boards. */
export interface RecordedConnections {
  all(): Iterable<RecordedSession>
  ofDevice(deviceId: string): RecordedSession | undefined
}

/** Boards are sampled in turns: a fifteenth of them at a time. */
const turns = 15
const savedAtOnce = 250
/**
 * Recorders with new samples but no new event are written at every fifth save only: 10,000 boards would write 36 MB at
 * each save.
 */
const savingsForSamples = 5
/** A reboot counts as the result of a reboot command for this long after the command, in ms. */
const orderedRebootMs = 60_000
/** A message this soon after the connection opened was not delayed. */
const freshMs = 5_000
/** Two boots this close together are one boot, which both the clock and the uptime showed. */
const sameBootMs = 2_000

/** One board's recorder, the counters at its last sample, and its latest judgement. */
interface Entry {
  recorder: FlightRecorder
  sampledAt: number
  traffic: TrafficCounters | undefined
  frames: number
  frameBytes: number
  garbage: number
  severity: Severity | undefined
  judgedTicks: number
}

/** The flight recorders of all boards. Only approved boards have one, and only once there is something to record. */
export class FlightRecorders implements SessionRecorder {
  readonly #store: FlightRecorderStore
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #connections: RecordedConnections
  readonly #streams: Pick<CameraStreams, 'peek'>
  readonly #registry: Pick<DeviceRegistry, 'get'>
  readonly #onError: (error: unknown) => void
  readonly #entries = new Map<string, Entry>()
  readonly #clocks = new Map<string, BoardClock>()
  readonly #keepAlive: AdaptiveKeepAlive
  #round: RecordedSession[] = []
  #savings = 0
  #saving: Promise<void> = Promise.resolve()

  private constructor(parts: FlightRecordersParts) {
    this.#store = parts.store
    this.#clock = parts.clock
    this.#limits = parts.limits
    this.#connections = parts.connections
    this.#streams = parts.streams
    this.#registry = parts.registry
    this.#onError = parts.onError
    this.#keepAlive = new AdaptiveKeepAlive(parts.clock, parts.limits)
  }

  /** Loads the stored recorders. One that cannot be read is lost and reported to `onError`: boards work without it. */
  static async load(parts: FlightRecordersParts): Promise<FlightRecorders> {
    const flightRecorders = new FlightRecorders(parts)
    const kept = await parts.store.loadRecorders().catch(error => {
      parts.onError(error)
      return []
    })
    const gone: string[] = []
    for (const { deviceId, kept: recorder } of kept) {
      if (parts.registry.get(deviceId)) flightRecorders.#restore(deviceId, FlightRecorder.of(recorder, parts.limits))
      else gone.push(deviceId)
    }
    if (gone.length > 0) parts.store.forgetRecorders(gone).catch(parts.onError)
    return flightRecorders
  }

  /** Samples boards in turns and saves, until stopped. */
  start(journal: JournalSource): Cancel {
    const unfollow = journal.follow(row => this.#onRow(row))
    const cancels = [
      every(this.#clock, this.#limits.blackBoxSampleEveryMs / turns, () => this.#turn()),
      every(this.#clock, this.#limits.blackBoxSaveEveryMs, () => void this.#save(false)),
    ]
    return () => {
      for (const cancel of [unfollow, ...cancels]) cancel()
    }
  }

  /** Saves everything, so that a restart loses nothing. */
  async close(): Promise<void> {
    await this.#save(true)
  }

  onOpened(session: RecordedSession): void {
    const { device, arrival } = session
    if (device.state !== 'active') return
    const entry = this.#entries.get(device.id)
    if (entry && entry.recorder.lastAddress !== undefined && entry.recorder.lastAddress !== arrival.address)
      this.#keepAlive.forget(device.id)
    entry?.recorder.note(openingOf(session))
    const idleMs = this.#keepAlive.idleMsOf(device.id, arrival.proxied)
    if (idleMs !== undefined) this.#keepAlive.ping(session, idleMs)
  }

  onClosed(session: RecordedSession, code: number, byGateway: boolean): void {
    const { device, arrival } = session
    // A connection that ended because the gateway stopped shows nothing about the board.
    if (device.state !== 'active' || (byGateway && code === closeCodes.goingAway)) return
    const { recorder } = this.#entryOf(session)
    const [now, ticks] = [this.#clock.now(), this.#clock.ticks()]
    // This end is recorded after the call: only the board's next connection shows whether the board rebooted.
    const idleMs = this.#keepAlive.learn(device.id, recorder.events, arrival.proxied)
    if (idleMs !== undefined) recorder.note({ kind: 'adapted', at: now, idleMs })
    this.#sample(session)
    const unheardMs = ticks - session.lastInboundTicks
    const quietMs = Math.min(unheardMs, ticks - session.lastPingTicks)
    recorder.note({
      kind: 'closed',
      at: now,
      code,
      byGateway,
      lastedMs: now - session.openedAt,
      quietMs,
      unheardMs,
    })
  }

  onCloseAnswered(session: RecordedSession, code: number): void {
    // Only a live board answers close code 4009.
    if (session.device.state === 'active' && code === closeCodes.replaced)
      this.#entryOf(session).recorder.note({ kind: 'twin', at: this.#clock.now() })
  }

  onClockMessage(session: RecordedSession, message: Readonly<Record<string, unknown>>): void {
    const { device } = session
    if (device.state !== 'active') return
    let clock = this.#clocks.get(device.id)
    if (!clock) this.#clocks.set(device.id, (clock = new BoardClock()))
    const now = this.#clock.now()
    const reboot = clock.read(message, now, now - session.openedAt < freshMs)
    const brownOut = reportsBrownOut(message)
    if (reboot) this.#rebooted(session, reboot, brownOut)
    else if (brownOut && typeof message.uptime === 'number')
      this.#rebooted(session, { bootedAt: now - message.uptime * 1_000, upMs: Number.NaN }, true)
  }

  onStall(session: RecordedSession, forMs: number): void {
    if (session.device.state === 'active') this.#entryOf(session).recorder.noteStall(this.#clock.now() - forMs, forMs)
  }

  onCountersReset(session: RecordedSession): void {
    if (this.#entries.has(session.device.id)) this.#sample(session)
  }

  takenAt(session: RecordedSession, message: Readonly<Record<string, unknown>>): number | undefined {
    const { readingLateMs, readingOldestMs } = this.#limits
    const now = this.#clock.now()
    const age = message.age_ms
    if (typeof age === 'number') return age >= 0 && age <= readingOldestMs ? Math.round(now - age) : undefined
    return this.#clocks.get(session.device.id)?.placed(message.timestamp, now, readingLateMs, readingOldestMs)
  }

  /** The record of a board's last hours. */
  traceOf(device: Device): Trace {
    const entry = this.#entries.get(device.id)
    const session = this.#connections.ofDevice(device.id)
    const events = entry?.recorder.events ?? []
    if (session && !entry) events.push(openingOf(session))
    const last = events.at(-1)?.at ?? this.#clock.now()
    return {
      kind: device.kind,
      now: session ? this.#clock.now() : Math.max(last, device.lastSeenAt ?? 0),
      online: session !== undefined,
      contested: device.contestedAt !== undefined,
      events,
      samples: entry?.recorder.samples ?? [],
      clock: this.#clocks.get(device.id)?.reading,
      tellsReboots: this.#clocks.get(device.id)?.tellsReboots ?? false,
    }
  }

  /** The silence after which a board's connections are cut, and the gateway's ping interval for it, in ms. */
  keepAliveOf(device: Device): { idleMs: number; everyMs: number } | undefined {
    const proxied = this.#connections.ofDevice(device.id)?.arrival.proxied ?? false
    const idleMs = this.#keepAlive.idleMsOf(device.id, proxied)
    const everyMs = idleMs === undefined ? undefined : this.#keepAlive.everyMsOf(idleMs)
    return idleMs === undefined || everyMs === undefined ? undefined : { idleMs, everyMs }
  }

  /** The worst finding of the board's last judgement, which is at most a minute old while the board is online. */
  severityOf(deviceId: string): Severity | undefined {
    return this.#entries.get(deviceId)?.severity
  }

  /** Bytes of memory of all recorders. */
  get bytes(): number {
    let bytes = 0
    for (const { recorder } of this.#entries.values()) bytes += recorder.bytes
    return bytes
  }

  get size(): number {
    return this.#entries.size
  }

  #turn(): void {
    if (this.#round.length === 0) this.#round = [...this.#connections.all()]
    for (const session of this.#round.splice(-Math.max(16, Math.ceil(this.#round.length / turns)))) {
      if (session.closed || session.device.state !== 'active') continue
      const { traffic, device } = session
      const quiet = traffic.frames + traffic.invalidTexts + traffic.notJpeg === 0
      const hasFacts = device.memoryFreeBytes !== undefined || device.signalDbm !== undefined
      if (!this.#entries.has(device.id) && quiet && !hasFacts) continue
      this.#sample(session)
      this.#judge(session.device)
    }
  }

  #sample(session: RecordedSession): void {
    const { device, traffic } = session
    const entry = this.#entryOf(session)
    const now = this.#clock.now()
    const from = Math.max(entry.sampledAt, session.openedAt)
    // With few boards, the samples of one board would follow each other too closely.
    if (now - from < this.#limits.blackBoxSampleEveryMs / 2 && entry.traffic === traffic) return
    const before = entry.traffic === traffic ? entry : { frames: 0, frameBytes: 0, garbage: 0 }
    const garbage = traffic.invalidTexts + traffic.notJpeg
    const sample: Sample = {
      from,
      to: now,
      memoryLeast: device.memoryFreeBytes ?? Number.NaN,
      memoryMost: device.memoryFreeBytes ?? Number.NaN,
      signalDbm: device.signalDbm ?? Number.NaN,
      frames: traffic.frames - before.frames,
      frameBytes: traffic.frameBytes - before.frameBytes,
      garbage: garbage - before.garbage,
      roundTripMs: session.roundTripMs ?? Number.NaN,
      watched: (this.#streams.peek(device.id)?.viewers ?? 0) > 0 ? 1 : 0,
    }
    const { frames, frameBytes } = traffic
    Object.assign(entry, { sampledAt: now, traffic, frames, frameBytes, garbage })
    if (now > from) entry.recorder.sample(sample)
  }

  #judge(device: Device): void {
    const entry = this.#entries.get(device.id)
    const ticks = this.#clock.ticks()
    if (!entry || ticks - entry.judgedTicks < this.#limits.blackBoxSampleEveryMs * 4) return
    entry.judgedTicks = ticks
    entry.severity = severityOf(this.traceOf(device), this.#limits)
  }

  #rebooted(session: RecordedSession, { bootedAt, upMs }: { bootedAt: number; upMs: number }, brownOut: boolean): void {
    const { recorder } = this.#entryOf(session)
    const { events } = recorder
    const near = events.findLast(event => event.kind === 'rebooted' && Math.abs(event.at - bootedAt) < sameBootMs)
    if (near) return
    const asked = events.some(
      event =>
        event.kind === 'ordered' &&
        event.what === 'reboot' &&
        bootedAt >= event.at - sameBootMs &&
        bootedAt - event.at < orderedRebootMs,
    )
    recorder.note({ kind: 'rebooted', at: bootedAt, upMs, asked, brownOut })
  }

  /** Records commands, because many boards fail when a servo or a lamp draws current. */
  #onRow({ kind, deviceId, data, at }: JournalRow): void {
    if (kind !== 'command' || !deviceId || !data) return
    const { order, latencyMs, outcome } = data as {
      order?: Record<string, unknown>
      latencyMs?: number
      outcome: string
    }
    const device = this.#registry.get(deviceId)
    const reached = outcome === 'sent' || outcome === 'acknowledged' || outcome === 'ack_timeout'
    if (device?.state !== 'active' || !reached) return
    const took = latencyMs ?? (outcome === 'ack_timeout' ? this.#limits.ackTimeoutMs : 0)
    const what: OrderKind = order?.action === 'system_reboot' ? 'reboot' : order?.type === 'action' ? 'action' : 'servo'
    const entry = this.#entries.get(deviceId)
    const recorder = entry?.recorder ?? this.#recorderOf(device)
    recorder?.note({ kind: 'ordered', at: at - took, what })
  }

  #recorderOf(device: Device): FlightRecorder | undefined {
    const session = this.#connections.ofDevice(device.id)
    return session && this.#entryOf(session).recorder
  }

  #entryOf(session: RecordedSession): Entry {
    const { id } = session.device
    const known = this.#entries.get(id)
    if (known) return known
    if (this.#entries.size >= this.#limits.blackBoxesInAll) {
      const [oldest] = this.#entries.keys()
      this.#entries.delete(oldest!)
    }
    const recorder = new FlightRecorder(this.#limits, session.openedAt)
    recorder.note(openingOf(session))
    const entry = entryWith(recorder, session.openedAt)
    this.#entries.set(id, entry)
    return entry
  }

  #restore(deviceId: string, recorder: FlightRecorder): void {
    this.#entries.set(deviceId, entryWith(recorder, 0))
    const adapted = eventsOf({ events: recorder.events }, 'adapted').at(-1)
    const proxied = eventsOf({ events: recorder.events }, 'opened').at(-1)?.proxied ?? false
    if (adapted) this.#keepAlive.know(deviceId, adapted.idleMs, proxied)
  }

  #save(all: boolean): Promise<void> {
    const samplesToo = all || ++this.#savings % savingsForSamples === 0
    const due: string[] = []
    const gone: string[] = []
    for (const [deviceId, { recorder }] of this.#entries) {
      if (!this.#registry.get(deviceId)) gone.push(deviceId)
      else if (recorder.hasNews || (samplesToo && recorder.dirty)) due.push(deviceId)
    }
    for (const deviceId of gone) {
      this.#entries.delete(deviceId)
      this.#clocks.delete(deviceId)
      this.#keepAlive.forget(deviceId)
    }
    this.#saving = this.#saving.then(() => this.#write(due, gone)).catch(this.#onError)
    return this.#saving
  }

  /** Saves a few hundred recorders at a time: they are not urgent, and other writes share the disk. */
  async #write(due: string[], gone: readonly string[]): Promise<void> {
    if (gone.length > 0) await this.#store.forgetRecorders(gone)
    while (due.length > 0) {
      const flightRecorders = due
        .splice(0, savedAtOnce)
        .flatMap(deviceId => ({ deviceId, kept: this.#entries.get(deviceId)?.recorder.keep() }))
        .filter((one): one is { deviceId: string; kept: StoredFlightRecorder } => one.kept !== undefined)
      await this.#store.saveRecorders(flightRecorders)
    }
  }
}

export interface FlightRecordersParts {
  store: FlightRecorderStore
  clock: Clock
  limits: Limits
  connections: RecordedConnections
  streams: Pick<CameraStreams, 'peek'>
  registry: Pick<DeviceRegistry, 'get'>
  onError: (error: unknown) => void
}

const openingOf = ({ openedAt, arrival }: RecordedSession): TraceEvent => ({
  kind: 'opened',
  at: openedAt,
  address: arrival.address,
  proxied: arrival.proxied,
})

const entryWith = (recorder: FlightRecorder, sampledAt: number): Entry => ({
  recorder,
  sampledAt,
  traffic: undefined,
  frames: 0,
  frameBytes: 0,
  garbage: 0,
  severity: undefined,
  judgedTicks: Number.NEGATIVE_INFINITY,
})

/** Whether firmware reports a brown-out as the cause of its boot, with a word of `esp_reset_reason()`. */
function reportsBrownOut(message: Readonly<Record<string, unknown>>): boolean {
  const reason = message.reset_reason ?? message.reset_cause ?? message.boot_reason
  return typeof reason === 'string' && /brown.?out/i.test(reason)
}
