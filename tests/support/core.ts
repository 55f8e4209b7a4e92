import type { Kind } from '#protocol/kinds.ts'
import type { EnrolmentMode } from '#protocol/vocabulary.ts'
import { InProcessBus } from '../../src/adapters/bus/in-process.ts'
import type { Arrival } from '../../src/core/arrival.ts'
import type { Bus } from '../../src/core/bus.ts'
import { type Core as OpenCore, openCore } from '../../src/core/core.ts'
import type { Device } from '../../src/core/devices/device.ts'
import type { Admission, AdmissionDecision } from '../../src/core/enrolment/admission.ts'
import type { FaultSink } from '../../src/core/faults/faults.ts'
import type { StoredFlightRecorder } from '../../src/core/health/flight-recorder.ts'
import type { FlightRecorderStore } from '../../src/core/health/flight-recorders.ts'
import { sha256 } from '../../src/core/ids.ts'
import { defaultLimits, type Limits } from '../../src/core/limits.ts'
import type { PeopleStore, Person } from '../../src/core/people/person.ts'
import type { TelemetryStore } from '../../src/core/telemetry/telemetry.ts'
import { FakeBoard } from './fake-board.ts'
import { FakeClock, settled } from './fake-clock.ts'
import { noFaults } from './faults.ts'
import { MemoryStore } from './memory-store.ts'

export { FakeBoard, FakeConnection } from './fake-board.ts'

/** A store in memory that keeps flight recorders as a disk would, and keeps no telemetry. */
export class BoxShelf implements FlightRecorderStore, TelemetryStore {
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
  async append() {}
  async read() {
    return []
  }
  async forgetBefore() {}
}

export interface CoreOptions {
  mode?: EnrolmentMode
  limits?: Partial<Limits>
  shared?: { token: string; kind: Kind }[]
  trustLoopback?: boolean
  store?: MemoryStore
  shelf?: BoxShelf
  clock?: FakeClock
  /** Receives exceptions that a boundary caught. Default: they are thrown again. */
  faults?: FaultSink
  /** Finds a person by id, for keys that belong to a person. */
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

/** The facts of a visitor's handshake request. */
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

/** A people store that can only look up a person by id. */
const peopleOf = (personOf: CoreOptions['personOf']): PeopleStore =>
  ({ get: id => personOf?.(id) as Person | undefined }) as Partial<PeopleStore> as PeopleStore

/** All of core, with a clock that only tests move and a store in memory. */
export class Core {
  readonly opened: OpenCore
  readonly clock: FakeClock
  readonly store: MemoryStore
  readonly evicted: Device[] = []
  readonly admission: Admission
  readonly health: OpenCore['health']
  readonly limits: OpenCore['limits']
  readonly journal: OpenCore['journal']
  readonly registry: OpenCore['registry']
  readonly keys: OpenCore['keys']
  readonly enrolment: OpenCore['enrolment']
  readonly mint: OpenCore['mint']
  readonly streams: OpenCore['streams']
  readonly previews: OpenCore['previews']
  readonly sessions: OpenCore['sessions']
  readonly deviceAdmin: OpenCore['deviceAdmin']
  readonly steering: OpenCore['steering']
  readonly flightRecorders: OpenCore['flightRecorders']

  private constructor(opened: OpenCore, { clock, store, bus }: { clock: FakeClock; store: MemoryStore; bus: Bus }) {
    this.opened = opened
    this.clock = clock
    this.store = store
    this.admission = opened.admission
    this.health = opened.health
    this.limits = opened.limits
    this.journal = opened.journal
    this.registry = opened.registry
    this.keys = opened.keys
    this.enrolment = opened.enrolment
    this.mint = opened.mint
    this.streams = opened.streams
    this.previews = opened.previews
    this.sessions = opened.sessions
    this.deviceAdmin = opened.deviceAdmin
    this.steering = opened.steering
    this.flightRecorders = opened.flightRecorders
    bus.subscribe('device.shut', ({ deviceId, why }) => {
      if (why === 'pending_full') this.evicted.push(this.registry.get(deviceId)!)
    })
  }

  static async start(options: CoreOptions = {}): Promise<Core> {
    const { clock = new FakeClock(), store = new MemoryStore(), faults = noFaults, shared = [] } = options
    const bus = new InProcessBus(faults)
    const fail = (error: unknown) => {
      throw error
    }
    const tokensOf = (kind: Kind) => shared.filter(each => each.kind === kind).map(({ token }) => token)
    const opened = await openCore({
      version: '1',
      clock,
      limits: { ...defaultLimits, ...options.limits },
      faults: { caught: (...fault) => faults.caught(...fault), reportTo() {} },
      bus,
      stores: { main: store, history: options.shelf ?? new BoxShelf(), people: peopleOf(options.personOf) },
      passwords: { set: async () => {} },
      simulator: { running: false, start: async () => {}, stop: async () => {} },
      gatewayKey: Buffer.alloc(32, 7),
      initialEnrolment: options.mode ?? 'approve',
      sharedTokens: { pico: tokensOf('pico'), esp32cam: tokensOf('esp32cam') },
      trustLoopback: options.trustLoopback ?? false,
      onOwnerLinkUsed() {},
      onStoreChange() {},
      onProblem: (_problem, error) => fail(error),
    })
    return new Core(opened, { clock, store, bus })
  }

  decide(visitor: Visitor): AdmissionDecision {
    return this.admission.decide(arrivalOf(visitor))
  }

  /** Connects a board, which admission must accept. Default token: a freshly minted claim for the kind `wants`. */
  connect(visitor: Visitor = {}): FakeBoard {
    const kind = visitor.wants ?? 'pico'
    const token =
      'token' in visitor ? visitor.token : this.mint.mint(kind === 'generic' ? 'pico' : kind, this.clock.now())
    const arrival = arrivalOf({ ...visitor, token })
    const answer = this.admission.decide(arrival)
    if ('refused' in answer) throw new Error(`refused: ${answer.refused}`)
    const board = new FakeBoard(token)
    board.session = this.sessions.open(answer, arrival, board.connection)
    return board
  }

  /** As `connect`, and approves the board if it is pending. */
  async active(visitor: Visitor = {}): Promise<FakeBoard> {
    const board = this.connect(visitor)
    if (board.device.state === 'pending') await this.done(this.deviceAdmin.approve({ type: 'host' }, board.device))
    return board
  }

  /** Reports that a board's socket was closed without a Close frame. */
  disconnect(board: FakeBoard, code = 1006): void {
    this.sessions.closed(board.session, code, false)
  }

  /** Awaits a promise that settles only after a write to disk: advances the clock until the writes have run. */
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

  /** Advances the clock until all pending writes have reached the store. */
  async flush(): Promise<void> {
    await this.clock.pass(this.limits.commitWithinMs + 1)
    await this.clock.pass(this.limits.commitWithinMs + 1)
  }
}
