import { readFileSync } from 'node:fs'
import { makeBackup } from '../adapters/backup/backup.ts'
import { InProcessBus } from '../adapters/bus/in-process.ts'
import { systemClock } from '../adapters/clock.ts'
import { readOrMakeKey } from '../adapters/data-folder/data-folder.ts'
import { licences } from '../adapters/licences.ts'
import type { Log } from '../adapters/log/log.ts'
import { SimulatedBoards } from '../adapters/simulation/simulated-boards.ts'
import { openSqliteStore } from '../adapters/store/sqlite/sqlite-store.ts'
import { SqliteTelemetry } from '../adapters/telemetry/sqlite-telemetry.ts'
import type { Config } from '../config.ts'
import { type Core, openCore } from '../core/core.ts'
import type { Enrolment } from '../core/enrolment/enrolment.ts'
import { atBoundary, Faults, guardedClock } from '../core/faults/faults.ts'
import { takeDataFolder } from './data-folder.ts'
import { OwnAddresses } from './own-addresses.ts'
import { offerOwnerLink, openGatewayPeople } from './people.ts'
import { logFault, logJournal, reportStoreChange, storeFailureLogger } from './reports.ts'
import { openServers, type Servers } from './servers.ts'

export const version: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** A running gateway. Disposing it sends Close to every board first. */
export interface Gateway extends AsyncDisposable {
  /** Port of the plain listener, as the system gave it. */
  readonly port: number
  readonly tlsPort: number | undefined
  readonly enrolment: Enrolment
  /** While the gateway has no owner, resolves to the link that creates one, or to the file that holds the link. */
  offerOwnerLink(shown: boolean): ReturnType<typeof offerOwnerLink>
  /** Refuses new connections, sends Close 1001 to all, waits up to 5 s for answers, then writes everything to disk. */
  stop(): Promise<void>
}

/** How long a failed start waits for its open resources to be closed, in ms; then the process ends all the same. */
const closeFailedStartMs = 800

/**
 * Builds a gateway from its configuration: takes the data folder for itself, opens its files, binds every listener, and
 * only then serves. If a step fails, everything that was opened is closed again.
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
  const faults = cleanup.use(new Faults(systemClock))
  faults.reportTo(report => logFault(log, report))
  const clock = guardedClock(systemClock, faults)

  const { limits, sharedTokens, trustLoopback, timeZone } = config
  const files = await takeDataFolder(config.dataDir, cleanup)

  const state = { ready: false }
  const addresses = new OwnAddresses(config)
  const main = cleanup.use(await openSqliteStore({ file: files.sqliteFile }))
  const bus = cleanup.use(new InProcessBus(faults))
  const gatewayKey = await readOrMakeKey(files.keyFile)
  const people = cleanup.use(await openGatewayPeople({ file: files.peopleFile, gatewayKey, clock, log }, config))
  const history = cleanup.use(new SqliteTelemetry(files.telemetryFile, problem => log.warn(problem)))
  const simulator = cleanup.use(new SimulatedBoards(() => addresses.forBoards))
  const core = cleanup.use(
    await openCore({
      version,
      clock,
      limits,
      faults,
      bus,
      stores: { main, history, people: people.store },
      passwords: people.accounts.passwords,
      simulator,
      gatewayKey,
      sharedTokens,
      trustLoopback,
      timeZone,
      initialEnrolment: config.enrolment ?? 'approve',
      onOwnerLinkUsed: people.onOwnerLinkUsed,
      onStoreChange: (change, journal) => reportStoreChange(log, journal, change),
      onProblem: (problem, error) => log.error({ err: error }, problem),
    }),
  )
  const host = {
    version,
    publicUrl: config.publicUrl,
    hasTls: config.tls !== undefined,
    dashboardDir: config.dashboardDir,
    ready: () => state.ready,
    ownUrl: () => addresses.forLinks,
    boardsAt: () => addresses.forBoards,
    tlsPort: () => addresses.tlsPort,
    keepOwnerLink: people.keepOwnerLink,
    licences,
    makeBackup: () => makeBackup(config.dataDir),
    onStoreFailure: storeFailureLogger(log, clock),
  }
  const servers = cleanup.use(openServers({ config, core, accounts: people.accounts, host, faults, log }))
  cleanup.defer(logJournal(log, core))
  cleanup.defer(core.start())

  const ports = await servers.listen(files.controlPath)
  addresses.bound(ports)
  const { mode } = core.enrolment.setting
  core.journal.note({
    kind: 'gateway',
    data: { event: 'started', version, enrolment: mode },
  })
  state.ready = true
  servers.serve()

  const opened = cleanup.move()
  const stop = async () => {
    state.ready = false
    await endConnections(core, servers)
    await opened.disposeAsync()
  }
  let stopped: Promise<void> | undefined
  return {
    ...ports,
    enrolment: core.enrolment,
    offerOwnerLink: shown => offerOwnerLink(core.people, people.keepOwnerLink, { url: addresses.forLinks, shown }),
    stop: () => (stopped ??= stop()),
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  }
}

/** Stops new connections first: boards reconnect within ms of a Close. If a step throws, the others still run. */
async function endConnections({ journal, sessions, streams, faults }: Core, servers: Servers): Promise<void> {
  const step = (act: () => void) => atBoundary(faults, 'shutdown', act)
  servers.stopAccepting()
  step(() => journal.note({ kind: 'gateway', data: { event: 'stopping' } }))
  step(() => sessions.endAll())
  step(() => streams.closeAll())
  await servers.emptied()
}
