import type { Kind } from '#protocol/kinds.ts'
import type { EnrolmentMode } from '#protocol/vocabulary.ts'
import type { Bus, BusMessages } from '../../src/core/bus.ts'
import type { Device } from '../../src/core/devices/device.ts'
import { DeviceAdmin } from '../../src/core/devices/device-admin.ts'
import { DeviceRegistry } from '../../src/core/devices/device-registry.ts'
import { Admission, type AdmissionDecision } from '../../src/core/enrolment/admission.ts'
import { ClaimMint } from '../../src/core/enrolment/claims.ts'
import { Enrolment } from '../../src/core/enrolment/enrolment.ts'
import type { FaultSink } from '../../src/core/faults/faults.ts'
import { CameraStreams } from '../../src/core/frames/camera-streams.ts'
import { Previews } from '../../src/core/frames/previews.ts'
import type { StoredFlightRecorder } from '../../src/core/health/flight-recorder.ts'
import { type FlightRecorderStore, FlightRecorders } from '../../src/core/health/flight-recorders.ts'
import { sha256 } from '../../src/core/ids.ts'
import { Journal } from '../../src/core/journal/journal.ts'
import { defaultLimits, type Limits } from '../../src/core/limits.ts'
import { ApiKeys } from '../../src/core/people/api-keys.ts'
import type { Person } from '../../src/core/people/person.ts'
import type { Arrival } from '../../src/core/sessions/arrival.ts'
import type { BoardConnection } from '../../src/core/sessions/board-connection.ts'
import { OpenConnections } from '../../src/core/sessions/open-connections.ts'
import type { Session } from '../../src/core/sessions/session.ts'
import { Sessions } from '../../src/core/sessions/sessions.ts'
import type { FrameKind, StrangerBudget } from '../../src/core/sessions/stranger-budget.ts'
import { Steering } from '../../src/core/steering/steering.ts'
import { StoreHealth } from '../../src/core/store-health.ts'
import { watchedStore } from '../../src/core/watched-store.ts'
import { FakeClock, settled } from './fake-clock.ts'
import { noFaults } from './faults.ts'
import { MemoryStore } from './memory-store.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
type Message = any

/** A board's line as a session sees it: remembers what it was told, and counts the bytes it is said to have read. */
export class FakeLine implements BoardConnection {
  readonly sent: Message[] = []
  readonly pings: string[] = []
  closedWith: { code: number; reason: string } | undefined
  bytesRead = 400
  settle?: () => void
  /** Whether its socket was ended without a word, and how often it was read on. */
  wasCut = false
  readOns = 0
  #stranger: StrangerBudget | undefined

  get stranger(): StrangerBudget | undefined {
    return this.#stranger
  }

  set stranger(stranger: StrangerBudget | undefined) {
    this.#stranger?.leave()
    this.#stranger = stranger
  }

  isCamera = false
  isHeld = false

  stop(): void {}

  hold(): void {
    this.isHeld = true
  }

  release(): void {
    this.isHeld = false
  }

  takeDropped(): number {
    return 0
  }

  readOn(): void {
    this.readOns++
  }

  cut(): void {
    this.wasCut = true
  }

  sendText(text: string): void {
    if (this.closedWith) throw new Error('nothing is sent after a Close')
    this.sent.push(JSON.parse(text))
  }

  sendPing(payload: string): void {
    if (this.closedWith) throw new Error('nothing is sent after a Close')
    this.pings.push(payload)
  }

  close(code: number, reason: string): void {
    this.closedWith ??= { code, reason }
  }

  ofType(type: string): Message[] {
    return this.sent.filter(message => message.type === type)
  }
}

/** A connected board in core: its line, its session, and a voice. */
export class FakeBoard {
  readonly line = new FakeLine()
  session!: Session
  readonly token: string | undefined

  constructor(token: string | undefined) {
    this.token = token
  }

  get device(): Device {
    return this.session.device
  }

  /** One text message from the board, as its bytes. */
  say(message: object | string): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message)
    this.#send('text', Buffer.byteLength(text), () => this.session.onText(text))
  }

  sendBinary(bytes: Buffer): void {
    this.#send('binary', bytes.length, () => this.session.onBinary(bytes))
  }

  ping(): void {
    this.#send('control', 0, () => this.session.onControl('ping'))
  }

  /** A frame as its socket reads it: counted first where nobody has approved the board. Returns whether reading goes on. */
  #send(kind: FrameKind, length: number, deliver: () => void): boolean {
    const bytes = length + (length < 126 ? 6 : 8)
    this.line.bytesRead += bytes
    const { stranger } = this.line
    if (stranger?.begin(bytes) === false) return true
    if (!stranger || stranger.admits(kind, length, true)) deliver()
    return stranger ? stranger.end(bytes) : true
  }
}

/** Black boxes as a disk would keep them. */
export class BoxShelf implements FlightRecorderStore {
  readonly kept = new Map<string, StoredFlightRecorder>()
  async loadRecorders() {
    return [...this.kept].map(([deviceId, kept]) => ({ deviceId, kept }))
  }
  async saveRecorders(flightRecorders: Parameters<FlightRecorderStore['saveRecorders']>[0]) {
    for (const { deviceId, kept } of flightRecorders) this.kept.set(deviceId, kept)
  }
  async forgetRecorders(deviceIds: readonly string[]) {
    for (const deviceId of deviceIds) this.kept.delete(deviceId)
  }
}

export interface CoreOptions {
  mode?: EnrolmentMode
  limits?: Partial<Limits>
  shared?: { token: string; kind: Kind }[]
  trustLoopback?: boolean
  store?: MemoryStore
  shelf?: BoxShelf
  clock?: FakeClock
  /** Where exceptions at boundaries go; thrown on unless given. */
  faults?: FaultSink
  /** Whose keys there are. */
  personOf?: (id: string) => Pick<Person, 'id' | 'name' | 'role' | 'grants'> | undefined
}

export interface Visitor {
  token?: string | undefined
  wants?: Kind
  address?: string
  deviceId?: string
  firmware?: string
  local?: boolean
}

/** The facts of a visitor's handshake. */
export const arrivalOf = ({ wants, token, address, deviceId, firmware, local }: Visitor): Arrival => ({
  address: address ?? '203.0.113.7',
  path: `/ws/${wants ?? 'pico'}`,
  wants,
  library: 'a test',
  token,
  tokenHash: token === undefined ? undefined : sha256(token),
  deviceId,
  firmware,
  headerLines: 8,
  proxied: false,
  local: local ?? false,
})

/** All of core, wired as the gateway wires it, with a clock that stands still and a store in memory. */
export class Core {
  readonly clock: FakeClock
  readonly store: MemoryStore
  readonly health: StoreHealth
  readonly limits: Limits
  readonly journal: Journal
  readonly registry: DeviceRegistry
  readonly keys: ApiKeys
  readonly enrolment: Enrolment
  readonly mint: ClaimMint
  readonly streams: CameraStreams
  readonly previews: Previews
  readonly sessions: Sessions
  readonly deviceAdmin: DeviceAdmin
  readonly steering: Steering
  readonly door: Admission
  readonly evicted: Device[] = []
  readonly flightRecorders: FlightRecorders

  private constructor(
    parts: Pick<
      Core,
      | 'clock'
      | 'store'
      | 'health'
      | 'limits'
      | 'journal'
      | 'registry'
      | 'keys'
      | 'enrolment'
      | 'streams'
      | 'flightRecorders'
    >,
    connections: OpenConnections,
    options: CoreOptions,
  ) {
    const { clock, limits, journal, registry, enrolment } = parts
    this.clock = clock
    this.store = parts.store
    this.health = parts.health
    this.limits = limits
    this.journal = journal
    this.registry = registry
    this.keys = parts.keys
    this.enrolment = enrolment
    this.mint = new ClaimMint(Buffer.alloc(32, 7))
    this.streams = parts.streams
    this.flightRecorders = parts.flightRecorders
    this.previews = new Previews(clock, limits)
    this.sessions = new Sessions({
      clock,
      limits,
      journal,
      registry,
      streams: this.streams,
      previews: this.previews,
      connections,
      recorder: this.flightRecorders,
      faults: options.faults ?? noFaults,
    })
    const bus: Pick<Bus, 'publish'> = {
      publish: async (_topic, message) => {
        const { deviceId, why } = message as BusMessages['device.shut']
        this.sessions.shut(deviceId, why)
      },
    }
    this.deviceAdmin = new DeviceAdmin({ registry, connections: this.sessions, journal, clock, limits, bus })
    this.steering = new Steering(this.sessions, registry, journal)
    this.door = new Admission({
      registry,
      mint: this.mint,
      enrolment,
      clock,
      limits,
      trustLoopback: options.trustLoopback ?? false,
      shared: (options.shared ?? []).map(({ token, kind }) => ({ hash: sha256(token), kind })),
    })
    this.door.onEvicted = device => {
      this.evicted.push(device)
      void bus.publish('device.shut', { deviceId: device.id, why: 'pending_full' })
    }
  }

  static async start(options: CoreOptions = {}): Promise<Core> {
    const clock = options.clock ?? new FakeClock()
    const store = options.store ?? new MemoryStore()
    const limits: Limits = { ...defaultLimits, ...options.limits }
    const health = new StoreHealth(clock, limits)
    const watched = watchedStore(store, health)
    const identity = { node: 'n_test', epoch: 1, lastId: await store.lastId() }
    const journal = new Journal(watched, clock, limits, identity, noFaults)
    const registry = await DeviceRegistry.load(watched, clock, limits)
    const keys = await ApiKeys.load(watched, clock, journal, options.personOf ?? (() => undefined))
    const enrolment = await Enrolment.load(watched, clock, journal, options.mode ?? 'approve')
    const streams = new CameraStreams(clock, limits, noFaults)
    const connections = new OpenConnections()
    const onError = (error: unknown) => {
      throw error
    }
    const shelf = options.shelf ?? new BoxShelf()
    const flightRecorders = await FlightRecorders.load({
      store: shelf,
      clock,
      limits,
      connections,
      streams,
      registry,
      onError,
    })
    const parts = { clock, store, health, limits, journal, registry, keys, enrolment, streams, flightRecorders }
    return new Core(parts, connections, options)
  }

  knock(visitor: Visitor): AdmissionDecision {
    return this.door.decide(arrivalOf(visitor))
  }

  /** A board that has to be let in, and starts to talk. A fresh claim of `wants` unless a token is given. */
  connect(visitor: Visitor = {}): FakeBoard {
    const kind = visitor.wants ?? 'pico'
    const token =
      'token' in visitor ? visitor.token : this.mint.mint(kind === 'generic' ? 'pico' : kind, this.clock.now())
    const arrival = arrivalOf({ ...visitor, token })
    const answer = this.door.decide(arrival)
    if ('refused' in answer) throw new Error(`refused: ${answer.refused}`)
    const board = new FakeBoard(token)
    board.session = this.sessions.open(answer.device, arrival, board.line, answer.rivals)
    return board
  }

  /** As `connect`, and approved. */
  async active(visitor: Visitor = {}): Promise<FakeBoard> {
    const board = this.connect(visitor)
    if (board.device.state === 'pending') await this.done(this.deviceAdmin.approve({ type: 'host' }, board.device))
    return board
  }

  /** The socket of a board is gone, without a Close. */
  gone(board: FakeBoard, code = 1006): void {
    this.sessions.closed(board.session, code, false)
  }

  /** Waits for what waits for the disk. */
  async done<T>(promise: Promise<T>): Promise<T> {
    let over = false
    const outcome = promise.finally(() => {
      over = true
    })
    outcome.catch(() => {})
    for (let turn = 0; turn < 50 && !over; turn++) {
      await settled()
      if (!over) this.clock.advance(this.limits.commitWithinMs)
    }
    if (!over) throw new Error('this did not end, however often the disk was written')
    return outcome
  }

  /** Brings everything to the store. */
  async flush(): Promise<void> {
    await this.clock.pass(this.limits.commitWithinMs + 1)
    await this.clock.pass(this.limits.commitWithinMs + 1)
  }
}
