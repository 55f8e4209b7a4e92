import type { Kind } from '#protocol/kinds.ts'
import type { EnrolmentMode } from '#protocol/vocabulary.ts'
import type { Bus } from './bus.ts'
import type { Cancel, Clock } from './clock.ts'
import { DeviceFeed } from './dashboard/device-feed.ts'
import { deviceView } from './dashboard/device-view.ts'
import { enrolmentView } from './dashboard/enrolment-view.ts'
import { entryView } from './dashboard/entry-view.ts'
import { PageSessions } from './dashboard/page-sessions.ts'
import { DeviceAdmin } from './devices/device-admin.ts'
import { DeviceRegistry } from './devices/device-registry.ts'
import { type BoardSimulator, SimulatedFleet } from './devices/simulated-fleet.ts'
import { Admission } from './enrolment/admission.ts'
import { ClaimMint } from './enrolment/claims.ts'
import { Enrolment } from './enrolment/enrolment.ts'
import { RefusalPacing } from './enrolment/refusal-pacing.ts'
import type { FaultReport, FaultSink } from './faults/faults.ts'
import { CameraStreams } from './frames/camera-streams.ts'
import { Previews } from './frames/previews.ts'
import { type FlightRecorderStore, FlightRecorders } from './health/flight-recorders.ts'
import { sha256 } from './ids.ts'
import { faultEvent } from './journal/fault-event.ts'
import { Journal } from './journal/journal.ts'
import type { JournalWriter } from './journal/journal-ports.ts'
import type { Limits } from './limits.ts'
import { ApiKeys } from './people/api-keys.ts'
import { People } from './people/people.ts'
import type { Passwords, PeopleStore } from './people/person.ts'
import { OpenConnections } from './sessions/open-connections.ts'
import { guardedRecorder } from './sessions/session-recorder.ts'
import { Sessions } from './sessions/sessions.ts'
import { beginEpoch } from './settings/node-identity.ts'
import { keepJournalSmall } from './settings/retention.ts'
import { RetentionSetting } from './settings/retention-setting.ts'
import { ControlLeases } from './steering/control-leases.ts'
import { Steering } from './steering/steering.ts'
import type { Store } from './store.ts'
import { type StoreChange, StoreHealth } from './store-health.ts'
import { Telemetry, type TelemetryStore } from './telemetry/telemetry.ts'
import { watchedStore } from './watched-store.ts'

/** Everything that core needs. The caller closes the stores and the bus, which it opened, after core. */
export interface CoreParts {
  /** The program's version, which is sent to pages. */
  version: string
  clock: Clock
  limits: Limits
  faults: FaultSink & { reportTo(reporter: (report: FaultReport) => void): void }
  bus: Bus
  stores: { main: Store; history: FlightRecorderStore & TelemetryStore; people: PeopleStore }
  passwords: Passwords
  simulator: BoardSimulator
  /** The gateway's own secret, which signs claims. */
  gatewayKey: Buffer
  /** The enrolment mode while the store holds none. */
  initialEnrolment: EnrolmentMode
  /** Tokens that a whole fleet of boards shares. */
  sharedTokens: Readonly<Partial<Record<Kind, readonly string[]>>>
  /** Whether boards on this machine need no token. */
  trustLoopback: boolean
  /** The time zone for boards that request the time; the system's own unless given. */
  timeZone?: string
  /** Called when the link that makes an owner was used: stored copies of the link are useless from then on. */
  onOwnerLinkUsed(): void
  /** Called when the store can no longer be written, or can be written again, to inform the operator. */
  onStoreChange(change: StoreChange, journal: JournalWriter): void
  /** Called when work in the background failed, for the operator's log. */
  onProblem(problem: string, error: unknown): void
}

/**
 * All parts that use no socket, no SQL and no clock of their own. Disposing of core writes all held changes to the
 * stores.
 */
export interface Core extends AsyncDisposable {
  readonly clock: Clock
  readonly limits: Limits
  readonly faults: FaultSink
  readonly health: StoreHealth
  readonly journal: Journal
  readonly registry: DeviceRegistry
  readonly enrolment: Enrolment
  readonly retention: RetentionSetting
  readonly keys: ApiKeys
  readonly people: People
  readonly mint: ClaimMint
  readonly admission: Admission
  readonly refusals: RefusalPacing
  readonly streams: CameraStreams
  readonly previews: Previews
  readonly sessions: Sessions
  readonly flightRecorders: FlightRecorders
  readonly telemetry: Telemetry
  readonly deviceAdmin: DeviceAdmin
  readonly simulatedFleet: SimulatedFleet
  readonly leases: ControlLeases
  readonly steering: Steering
  readonly pageSessions: PageSessions
  /** Starts all periodic work. Returns the function that stops it. */
  start(): Cancel
}

/** Builds all parts of core and connects them. Closes the parts already opened if a later step fails. */
export async function openCore(parts: CoreParts): Promise<Core> {
  await using opening = new AsyncDisposableStack()
  const { store, ...records } = await openRecords(parts, opening)
  const boards = await openBoards(parts, records, opening)
  const { clock, limits, faults, version, onProblem } = parts
  const { registry, enrolment, retention, journal, health } = records
  const { streams, sessions, flightRecorders, telemetry, deviceAdmin, leases, steering } = boards

  const feed = new DeviceFeed({
    registry,
    clock,
    faults,
    view: device => deviceView({ ...boards, clock }, device),
    enrolment: () => enrolmentView({ enrolment, registry }),
  })
  const pageSessions = new PageSessions({
    version,
    clock,
    limits,
    registry,
    streams,
    steering,
    leases,
    journal,
    health,
    feed,
    faults,
    entryView: (row, reader) => entryView(row, registry, reader),
  })

  const start = (): Cancel => {
    const cancels = [
      flightRecorders.start(journal),
      telemetry.start(journal),
      () => sessions.stop(),
      keepJournalSmall(store, clock, retention, error => onProblem('the journal could not be tidied', error)),
      deviceAdmin.tidyEvery(error => onProblem('old devices could not be tidied', error)),
    ]
    sessions.start()
    return () => {
      for (const cancel of cancels.reverse()) cancel()
    }
  }
  const closing = opening.move()
  return {
    ...records,
    ...boards,
    clock,
    limits,
    faults,
    pageSessions,
    start,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** Opens the parts that are loaded from the store: journal, devices, settings, keys, people. */
async function openRecords(parts: CoreParts, opening: AsyncDisposableStack) {
  const { clock, limits, faults, stores } = parts
  const health = new StoreHealth(clock, limits)
  opening.defer(() => health.close())
  const store = watchedStore(stores.main, health)
  const identity = { ...(await beginEpoch(store)), lastId: await store.lastId() }
  const journal = new Journal(store, clock, limits, identity, faults)
  opening.defer(() => journal.close())
  opening.defer(health.onChange(change => parts.onStoreChange(change, journal)))
  faults.reportTo(report => journal.note(faultEvent(report)))

  const registry = await DeviceRegistry.load(store, clock, limits)
  opening.defer(() => registry.close())
  registry.expectBack(clock.now())
  const enrolment = await Enrolment.load(store, clock, journal, parts.initialEnrolment)
  opening.defer(() => enrolment.close())
  const retention = await RetentionSetting.load(store, journal, limits)
  const keys = await ApiKeys.load(store, clock, journal, id => stores.people.get(id))
  const people = new People({
    store: stores.people,
    keys,
    passwords: parts.passwords,
    clock,
    journal,
    onOwnerLinkUsed: parts.onOwnerLinkUsed,
  })
  return { health, store, journal, registry, enrolment, retention, keys, people }
}

/** Opens the parts for boards: admission, sessions, cameras, health and control. */
async function openBoards(
  parts: CoreParts,
  { journal, registry, enrolment }: Pick<Core, 'journal' | 'registry' | 'enrolment'>,
  opening: AsyncDisposableStack,
) {
  const { clock, limits, faults, bus, trustLoopback, simulator } = parts
  const { history } = parts.stores
  const streams = new CameraStreams(clock, limits, faults)
  const previews = new Previews(clock, limits)
  const leases = new ControlLeases(clock)
  opening.defer(() => leases.close())
  const connections = new OpenConnections()
  const onError = (error: unknown) => parts.onProblem('telemetry could not be kept', error)
  const observed = { store: history, clock, limits, connections, streams, registry, onError }
  const flightRecorders = await FlightRecorders.load(observed)
  opening.defer(() => flightRecorders.close())
  const sessions = new Sessions({
    clock,
    limits,
    journal,
    registry,
    connections,
    streams,
    previews,
    recorder: guardedRecorder(flightRecorders, faults),
    faults,
    ...(parts.timeZone !== undefined && { timeZone: parts.timeZone }),
  })
  const telemetry = new Telemetry({ store: history, clock, sessions, registry, onError })
  opening.defer(() => telemetry.close())

  const mint = new ClaimMint(parts.gatewayKey)
  const admission = new Admission({
    registry,
    mint,
    enrolment,
    clock,
    limits,
    trustLoopback,
    shared: sharedCredentials(parts.sharedTokens),
    onEvicted: ({ id }) => void bus.publish('device.shut', { deviceId: id, why: 'pending_full' }),
  })
  opening.defer(bus.subscribe('device.shut', ({ deviceId, why }) => sessions.shut(deviceId, why)))
  const deviceAdmin = new DeviceAdmin({ registry, connections: sessions, journal, clock, limits, bus })
  return {
    streams,
    previews,
    sessions,
    leases,
    flightRecorders,
    telemetry,
    mint,
    admission,
    deviceAdmin,
    refusals: new RefusalPacing(limits),
    steering: new Steering(sessions, registry, journal, leases),
    simulatedFleet: new SimulatedFleet({ simulator, registry, deviceAdmin, faults }),
  }
}

const sharedCredentials = (tokens: CoreParts['sharedTokens']) =>
  (Object.keys(tokens) as Kind[]).flatMap(kind => (tokens[kind] ?? []).map(token => ({ hash: sha256(token), kind })))
