import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { makeBackup, removeLeftCopies } from '../adapters/backup/backup.ts'
import { InProcessBus } from '../adapters/bus/in-process.ts'
import { systemClock } from '../adapters/clock.ts'
import {
  alreadyRunning,
  claimControlSocket,
  openDataFolder,
  readOrMakeKey,
} from '../adapters/data-folder/data-folder.ts'
import { lockDataFolder } from '../adapters/data-folder/lock.ts'
import { licences } from '../adapters/licences.ts'
import type { Log } from '../adapters/log/log.ts'
import { checkOpenFiles } from '../adapters/open-files.ts'
import { SimulatedBoards } from '../adapters/simulation/simulated-boards.ts'
import { openSqliteStore } from '../adapters/store/sqlite/sqlite-store.ts'
import { SqliteTelemetry } from '../adapters/telemetry/sqlite-telemetry.ts'
import { watchCertificate } from '../adapters/tls/certificate.ts'
import type { Config } from '../config.ts'
import { controlSocketPath } from '../control-socket.ts'
import { DeviceAdmin } from '../core/devices/device-admin.ts'
import { DeviceRegistry } from '../core/devices/device-registry.ts'
import { Admission } from '../core/enrolment/admission.ts'
import { ClaimMint } from '../core/enrolment/claims.ts'
import { Enrolment } from '../core/enrolment/enrolment.ts'
import { RefusalPacing } from '../core/enrolment/refusal-pacing.ts'
import { boundaries } from '../core/faults/boundaries.ts'
import { atBoundary, Faults, guardedClock } from '../core/faults/faults.ts'
import { CameraStreams } from '../core/frames/camera-streams.ts'
import { Previews } from '../core/frames/previews.ts'
import { FlightRecorders } from '../core/health/flight-recorders.ts'
import { randomLetters, sha256 } from '../core/ids.ts'
import { Journal } from '../core/journal/journal.ts'
import { ApiKeys } from '../core/people/api-keys.ts'
import { RateLimit } from '../core/rate-limit.ts'
import { OpenConnections } from '../core/sessions/open-connections.ts'
import { guardedRecorder } from '../core/sessions/session-recorder.ts'
import { Sessions } from '../core/sessions/sessions.ts'
import { keepJournalSmall } from '../core/settings/retention.ts'
import { RetentionSetting } from '../core/settings/retention-setting.ts'
import { ControlLeases } from '../core/steering/control-leases.ts'
import { Steering } from '../core/steering/steering.ts'
import type { Store } from '../core/store.ts'
import { StoreHealth } from '../core/store-health.ts'
import { Telemetry } from '../core/telemetry/telemetry.ts'
import { watchedStore } from '../core/watched-store.ts'
import type { JournalEvent } from '../protocol/journal-events.ts'
import { journalText } from '../texts/en/journal.ts'
import { createHttp, identifier } from '../transports/http/app.ts'
import { TrustedProxies } from '../transports/tcp/client-address.ts'
import type { WholeHandshake } from '../transports/tcp/handshake-reader.ts'
import { Listener } from '../transports/tcp/listener.ts'
import type { ListenerKind } from '../transports/tcp/listener-kind.ts'
import { WebSocketEndpoints } from '../transports/ws/websocket-endpoints.ts'
import { openDashboard } from './dashboard.ts'
import { limitConnections } from './limit-connections.ts'
import { type GatewayPeople, openGatewayPeople } from './people.ts'
import { reportHealth } from './report-health.ts'

export const version: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** A running gateway. Disposing it says goodbye to every board first. */
export interface Gateway extends AsyncDisposable {
  /** Port of the plain listener, as the system gave it. */
  readonly port: number
  readonly tlsPort: number | undefined
  readonly enrolment: Enrolment
  /** While nobody owns the house: the link that makes an owner, or the file it was written to. */
  offerOwnerLink(shown: boolean): ReturnType<GatewayPeople['offerOwnerLink']>
  /** Stops: no new connections, Close 1001 to all, up to 5 s for their answers, then everything to disk. */
  stop(): Promise<void>
}

/** How long a start that failed waits for what it opened to be closed, in ms: then the process ends all the same. */
const closeFailedStartMs = 800

/**
 * Builds a gateway from its configuration: takes the data folder for itself, opens what is in it,
 * binds every listener, and only then serves. Whatever was opened is closed again if a later step fails.
 */
export async function startGateway(config: Config, log: Log): Promise<Gateway> {
  const cleanup = new AsyncDisposableStack()
  try {
    return await openGateway(config, log, cleanup)
  } catch (error) {
    const closed = cleanup.disposeAsync().catch(() => {})
    await Promise.race([closed, new Promise(resolve => setTimeout(resolve, closeFailedStartMs))])
    throw error
  }
}

async function openGateway(config: Config, log: Log, cleanup: AsyncDisposableStack): Promise<Gateway> {
  const { limits } = config
  const faults = cleanup.use(new Faults(systemClock))
  const clock = guardedClock(systemClock, faults)

  checkOpenFiles()
  const { sqliteFile, peopleFile, telemetryFile, keyFile } = await openDataFolder(config.dataDir)
  cleanup.use(lockDataFolder(config.dataDir))
  const control = cleanup.use(controlSocketPath(config.dataDir))
  await claimControlSocket(control.path, config.dataDir)
  await removeLeftCopies(config.dataDir)
  const health = new StoreHealth(clock, limits)
  const store = cleanup.use(watchedStore(await openSqliteStore({ file: sqliteFile }), health))
  const bus = cleanup.use(new InProcessBus(faults))

  const journal = new Journal(store, clock, limits, await identity(store), faults)
  cleanup.defer(() => journal.close())
  cleanup.defer(reportHealth(health, journal, log))
  reportFaults(faults, journal, log)
  const registry = await DeviceRegistry.load(store, clock, limits)
  cleanup.defer(() => registry.close())
  registry.expectBack(clock.now())
  const enrolment = await Enrolment.load(store, clock, journal, config.enrolment ?? 'approve')
  cleanup.defer(() => enrolment.close())
  const gatewayKey = await readOrMakeKey(keyFile)
  const mint = new ClaimMint(gatewayKey)
  const gatewayPeople = cleanup.use(
    await openGatewayPeople({ file: peopleFile, gatewayKey, clock, journal, log }, config),
  )
  const keys = await ApiKeys.load(store, clock, journal, id => gatewayPeople.people.find(id))
  gatewayPeople.people.onEnded = (by, { id }) => keys.endOf(by, id)

  const streams = new CameraStreams(clock, limits, faults)
  const previews = new Previews(clock, limits)
  const past = cleanup.use(new SqliteTelemetry(telemetryFile, problem => log.warn(problem)))
  const onError = (error: unknown) => log.error({ err: error }, 'telemetry could not be kept')
  const boards = new OpenConnections()
  const flightRecorders = await FlightRecorders.load({
    store: past,
    clock,
    limits,
    connections: boards,
    streams,
    registry,
    onError,
  })
  const sessions = new Sessions({
    clock,
    limits,
    journal,
    registry,
    connections: boards,
    streams,
    previews,
    recorder: guardedRecorder(flightRecorders, faults),
    faults,
    timeZone: config.timeZone,
  })
  const deviceAdmin = new DeviceAdmin({ registry, connections: sessions, journal, clock, limits, bus })
  const leases = new ControlLeases(clock)
  cleanup.defer(() => leases.close())
  const steering = new Steering(sessions, registry, journal, leases)
  const retention = await RetentionSetting.load(store, journal, limits)
  cleanup.defer(() => flightRecorders.close())
  cleanup.defer(flightRecorders.start(journal))
  const telemetry = new Telemetry({ store: past, clock, sessions, registry, onError })
  cleanup.defer(() => telemetry.close())
  cleanup.defer(telemetry.start(journal))
  const simulation = cleanup.use(new SimulatedBoards(() => boardsAt()))
  const refusals = new RefusalPacing(limits)
  const admission = new Admission({
    registry,
    mint,
    enrolment,
    clock,
    limits,
    trustLoopback: config.trustLoopback,
    shared: sharedCredentials(config),
  })
  admission.onEvicted = device => void bus.publish('device.shut', { deviceId: device.id, why: 'pending_full' })
  cleanup.defer(bus.subscribe('device.shut', ({ deviceId, why }) => sessions.shut(deviceId, why)))

  let ready = false
  const connections = limitConnections(journal, clock)
  const boardsAt = () => `http://${boardHost(config.host)}:${port}`
  // By whatever name the command line uses it on this very machine, unless a better one is known.
  const ownUrl = () => {
    const at = boardHost(config.host)
    return config.publicUrl ?? (tlsPort === undefined ? `http://${at}:${port}` : `https://${at}:${tlsPort}`)
  }
  const storeLines = new RateLimit(1, 1)
  const proxies = new TrustedProxies(config.trustedProxies)
  const httpParts = {
    config,
    clock,
    version,
    ready: () => ready,
    keys,
    people: gatewayPeople.people,
    accounts: gatewayPeople.accounts,
    keepOwnerLink: gatewayPeople.keepOwnerLink,
    ownUrl,
    boardsAt,
    retention,
    telemetry,
    flightRecorders,
    licences,
    makeBackup: () => makeBackup(config.dataDir),
    simulation,
    health,
    registry,
    deviceAdmin,
    sessions,
    streams,
    previews,
    steering,
    journal,
    enrolment,
    mint,
    refusals,
    proxies,
    tlsPort: () => tlsPort,
    connectionsClosed: () => connections?.closed ?? 0,
    doorCounters: () => upgrades.counters,
    unupgraded: (request: IncomingMessage, listenerKind: ListenerKind) => upgrades.unupgraded(request, listenerKind),
    onStoreFailure: (error: unknown) => {
      if (storeLines.take('', clock.ticks()) === 0) log.error({ err: error }, 'the store failed for a request')
    },
    faults,
  }
  const identify = identifier(httpParts)
  const operatorsNeedTls = config.tls !== undefined
  const dashboard = openDashboard({
    version,
    clock,
    limits,
    registry,
    streams,
    sessions,
    previews,
    flightRecorders,
    steering,
    leases,
    journal,
    health,
    enrolment,
    faults,
    identify: ({ headers, address, listenerKind, encrypted }) =>
      identify(headers, { address, listenerKind, encrypted }),
    publicUrl: config.publicUrl,
    operatorsNeedTls,
  })
  const upgrades: WebSocketEndpoints = new WebSocketEndpoints({
    admission,
    refusals,
    sessions,
    registry,
    streams,
    journal,
    proxies,
    limits,
    publicUrl: config.publicUrl,
    identify,
    dashboard,
    faults,
    operatorsNeedTls,
  })
  const http = cleanup.use(createHttp(httpParts))

  const handlers = (listenerKind: ListenerKind) => ({
    onRequest: (request: IncomingMessage, response: ServerResponse) => http(request, response, listenerKind),
    onUpgrade: (handshake: WholeHandshake) => upgrades.receive(handshake, listenerKind),
    onGarbage: (socket: Socket, error: string, packet: Buffer | undefined) => upgrades.garbage(socket, error, packet),
  })
  const plain = new Listener(handlers('plain'), limits, { connections, faults })
  const host = new Listener(handlers('host'), limits, { faults })
  const certificate = config.tls ? cleanup.use(watchCertificate(config.tls, log)) : undefined
  const tls = certificate
    ? new Listener(handlers('tls'), limits, { tls: certificate.current, connections, faults })
    : undefined
  certificate?.onChange(current => tls?.renew(current))
  const listeners = [plain, host, ...(tls ? [tls] : [])]
  cleanup.defer(() => {
    for (const listener of listeners) {
      listener.stopAccepting()
      listener.cutAll()
    }
  })

  const unfollow = journal.follow(row => {
    const level = row.kind === 'message' || row.kind === 'traffic' ? 'debug' : 'info'
    if (log.isLevelEnabled(level))
      log[level](
        {
          kind: row.kind,
          device: registry.get(row.deviceId ?? '')?.name ?? row.deviceId,
          connection: row.connectionId,
          address: row.address,
        },
        row.text,
      )
  })
  cleanup.defer(unfollow)
  sessions.start()
  cleanup.defer(() => sessions.stop())
  cleanup.defer(
    keepJournalSmall(store, clock, retention, error => log.error({ err: error }, 'the journal could not be tidied')),
  )
  cleanup.defer(deviceAdmin.tidyEvery(error => log.error({ err: error }, 'old devices could not be tidied')))

  const port = await plain.listen({ host: config.host, port: config.port })
  const tlsPort = tls && (await tls.listen({ host: config.host, port: config.tls!.port }))
  const umask = process.umask(0o177)
  try {
    await host.listen({ path: control.path })
  } catch (error) {
    // One from before an update, which takes no lock, was started in the same moment and was quicker.
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? alreadyRunning(config.dataDir) : error
  } finally {
    process.umask(umask)
  }
  journal.note({
    kind: 'gateway',
    data: { event: 'started', version, enrolment: enrolment.setting.mode },
  })
  ready = true
  for (const listener of listeners) listener.serve()

  const opened = cleanup.move()
  let stopped: Promise<void> | undefined
  const stop = async () => {
    ready = false
    const step = (act: () => void) => atBoundary(faults, 'shutdown', act)
    // First nobody new: boards are back within milliseconds of our Close. Each step is done, whatever one before it throws.
    for (const listener of listeners) step(() => listener.stopAccepting())
    step(() => upgrades.close())
    step(() => journal.note({ kind: 'gateway', data: { event: 'stopping' } }))
    step(() => sessions.endAll())
    step(() => streams.closeAll())
    for (const listener of listeners) step(() => listener.closeIdle())
    await Promise.allSettled(listeners.map(listener => listener.emptied(limits.closeWaitMs)))
    await opened.disposeAsync()
  }
  return {
    port,
    tlsPort,
    enrolment,
    offerOwnerLink: shown => gatewayPeople.offerOwnerLink(ownUrl(), shown),
    stop: () => (stopped ??= stop()),
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  }
}

/** A report is one row of the journal, and one line of the log, which is there when the journal cannot be written. */
function reportFaults(faults: Faults, journal: Journal, log: Log): void {
  faults.reportTo(({ boundary, count, error, at, shape }) => {
    const { device: deviceId, connection: connectionId, ...rest } = shape
    const event = {
      kind: 'gateway',
      data: { event: 'fault', boundary, count, error, at, ...rest },
      textFacts: { where: boundaries[boundary] },
    } as const satisfies JournalEvent
    log.error({ boundary, count, error, at, ...shape }, journalText(event))
    journal.note({ ...event, deviceId, connectionId })
  })
}

/** How this very machine reaches an address it listens on. */
function boardHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

/** Who writes the journal: this node's lasting name, and how often it has started. */
async function identity(store: Store): Promise<{ node: string; epoch: number; lastId: number }> {
  const known = (await store.getSetting('node')) as string | undefined
  const node = known ?? `n_${randomLetters(6)}`
  const epoch = (((await store.getSetting('epoch')) as number | undefined) ?? 0) + 1
  if (!known) await store.putSetting('node', node)
  await store.putSetting('epoch', epoch)
  return { node, epoch, lastId: await store.lastId() }
}

function sharedCredentials({ sharedTokens }: Config) {
  return [
    ...sharedTokens.pico.map(token => ({ hash: sha256(token), kind: 'pico' as const })),
    ...sharedTokens.esp32cam.map(token => ({ hash: sha256(token), kind: 'esp32cam' as const })),
  ]
}
