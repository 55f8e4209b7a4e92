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
import type { HttpParts } from './http-parts.ts'
import type { MetricsReader } from './metrics-reader.ts'

/** State of one gateway's HTTP server that outlasts a request. */
export interface HttpState {
  identify: Identify
  startedTicks: number
  metrics: MetricsReader
  /** Counts the tokens issued to each address. */
  mints: RateLimit
  signIn: {
    limits: SignInLimits
    usedCodes: UsedCodes
    hashing: HashingQueue
    /** Limits how often the journal records that a person's password is being guessed. */
    pauseRows: RateLimit
  }
}

/** One request. */
export interface RequestContext
  extends Pick<HttpParts, 'core' | 'accounts' | 'host' | 'proxies' | 'webSockets' | 'faults'> {
  http: HttpState
  incoming: IncomingMessage
  outgoing: ServerResponse
  listenerKind: ListenerKind
  /** The client's address, as trusted proxies name it; empty on the Unix socket. */
  address: string
  /** Whether the client's own connection is encrypted, as far as the gateway knows. */
  encrypted: boolean
}

/** The context of a handler: `c.env` is the request, `c.var` the caller and the device of the request. */
export interface HttpEnv<WithDevice extends boolean = boolean> {
  Bindings: RequestContext
  Variables: { principal: Principal } & (WithDevice extends true ? { device: Device } : unknown)
}

export type RouteContext = Context<HttpEnv>
