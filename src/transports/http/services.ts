import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '../../config.ts'
import type { Clock } from '../../core/clock.ts'
import type { DeviceAdmin } from '../../core/devices/device-admin.ts'
import type { DeviceRegistry } from '../../core/devices/device-registry.ts'
import type { ClaimMint } from '../../core/enrolment/claims.ts'
import type { Enrolment } from '../../core/enrolment/enrolment.ts'
import type { RefusalPacing } from '../../core/enrolment/refusal-pacing.ts'
import type { FaultSink } from '../../core/faults/faults.ts'
import type { CameraStreams } from '../../core/frames/camera-streams.ts'
import type { Previews } from '../../core/frames/previews.ts'
import type { FlightRecorders } from '../../core/health/flight-recorders.ts'
import type { Journal } from '../../core/journal/journal.ts'
import type { Accounts } from '../../core/people/accounts.ts'
import type { ApiKeys } from '../../core/people/api-keys.ts'
import type { People } from '../../core/people/people.ts'
import type { Sessions } from '../../core/sessions/sessions.ts'
import type { RetentionSetting } from '../../core/settings/retention-setting.ts'
import type { Steering } from '../../core/steering/steering.ts'
import type { StoreHealth } from '../../core/store-health.ts'
import type { Telemetry } from '../../core/telemetry/telemetry.ts'
import type { TrustedProxies } from '../tcp/client-address.ts'
import type { ListenerKind } from '../tcp/listener-kind.ts'

/** What the HTTP door translates to. Each resource takes the few it needs. */
export interface GatewayServices {
  config: Pick<Config, 'publicUrl' | 'limits' | 'tls' | 'dashboardDir'>
  clock: Clock
  version: string
  /** False while the gateway starts or shuts down. */
  ready: () => boolean
  keys: ApiKeys
  people: People
  accounts: Accounts
  /** Writes a link that makes an owner where only the gateway's user reads it. Resolves to the file's name. */
  keepOwnerLink: (link: string) => Promise<string>
  /** An address of this gateway, for links made where no browser says one. */
  ownUrl: () => string
  /** Where boards on this very machine dial. */
  boardsAt: () => string
  health: Pick<StoreHealth, 'away'>
  registry: DeviceRegistry
  deviceAdmin: DeviceAdmin
  sessions: Sessions
  streams: CameraStreams
  previews: Previews
  steering: Steering
  journal: Journal
  enrolment: Enrolment
  mint: ClaimMint
  refusals: RefusalPacing
  retention: RetentionSetting
  telemetry: Telemetry
  flightRecorders: FlightRecorders
  licences: () => Promise<{ name: string; version: string; licence: string }[]>
  /** A tar archive of the data folder. */
  makeBackup: () => Promise<ReadableStream<Uint8Array>>
  /** Virtual boards beside the gateway. */
  simulation: {
    readonly running: boolean
    start(boards: readonly { kind: 'pico' | 'esp32cam'; name: string; token: string }[]): Promise<void>
    stop(): Promise<void>
  }
  proxies: TrustedProxies
  /** Port of the encrypted listener, if there is one. */
  tlsPort: () => number | undefined
  /** A request failed because the store did: for the log. */
  onStoreFailure: (error: unknown) => void
  /** Where exceptions that nobody foresaw are counted and reported. */
  faults: FaultSink & { readonly counts: ReadonlyMap<string, number> }
  /** A board's door was asked for as a page: written down. Returns what the client has to change, in its language. */
  unupgraded: (request: IncomingMessage, listenerKind: ListenerKind) => string | undefined
  /** Connections that were closed as no file descriptor was left for them. */
  connectionsClosed: () => number
  /** Counters of WebSocket handshakes: refusals by code, handshakes dropped as stale, sockets closed unread. */
  doorCounters: () => { refused: ReadonlyMap<string, number>; stale: number; unread: number; handshakes: number }
}

export type HttpHandler = (request: IncomingMessage, response: ServerResponse, listenerKind: ListenerKind) => void
