import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from 'hono'
import type { Principal } from '../../core/access/access.ts'
import type { Device } from '../../core/devices/device.ts'
import type { HashingQueue } from '../../core/people/hashing-queue.ts'
import type { SignInLimits } from '../../core/people/sign-in-limits.ts'
import type { UsedCodes } from '../../core/people/used-codes.ts'
import type { RateLimit } from '../../core/rate-limit.ts'
import type { Identify } from '../identify.ts'
import type { ListenerKind } from '../tcp/listener-kind.ts'
import type { MetricsReader } from './resources/metrics-reader.ts'
import type { GatewayServices } from './services.ts'

/** One gateway, as the routes see it: its parts, and what the HTTP door itself remembers. */
export interface HttpServices extends GatewayServices {
  identify: Identify
  mints: RateLimit
  entries: SignInLimits
  usedCodes: UsedCodes
  hashing: HashingQueue
  /** Who was written down lately as somebody whose account is guessed at. */
  pauses: RateLimit
  metrics: MetricsReader
  startedTicks: number
}

/** One request on its way through the door. */
export interface RequestContext {
  services: HttpServices
  incoming: IncomingMessage
  outgoing: ServerResponse
  listenerKind: ListenerKind
  /** The client's, after trusted proxies; empty on the Unix socket. */
  address: string
  /** Whether the client's own connection is encrypted, as far as the gateway knows. */
  encrypted: boolean
}

/** What a handler finds: `c.env` is the visit, `c.var` who asks and about which device. */
export interface HttpEnv<WithDevice extends boolean = boolean> {
  Bindings: RequestContext
  Variables: { principal: Principal } & (WithDevice extends true ? { device: Device } : unknown)
}

export type RouteContext = Context<HttpEnv>
