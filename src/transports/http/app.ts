import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener, RequestError } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { HashingQueue } from '../../core/people/hashing-queue.ts'
import { SignInLimits } from '../../core/people/sign-in-limits.ts'
import { UsedCodes } from '../../core/people/used-codes.ts'
import { RateLimit } from '../../core/rate-limit.ts'
import { errorBody, failures, languageOf } from '../../errors/errors.ts'
import { identifier } from '../identify.ts'
import type { ListenerKind } from '../tcp/listener-kind.ts'
import { type Excess, excessOf, languageIn } from '../tcp/request-limits.ts'
import { shapeOf } from '../tcp/request-shape.ts'
import { commonHeaders } from './common-headers.ts'
import { onError, onNotFound, onValidated } from './failures.ts'
import type { HttpHandler, HttpParts } from './http-parts.ts'
import { MetricsReader } from './metrics-reader.ts'
import { type Mount, mountAll } from './mount.ts'
import { mountOpenApi, openApi } from './openapi.ts'
import type { HttpEnv, HttpState } from './request-context.ts'
import { mountAbout } from './resources/about.ts'
import { mountAccounts } from './resources/accounts.ts'
import { mountApiKeys } from './resources/api-keys.ts'
import { mountDevices } from './resources/devices.ts'
import { mountEnrolment } from './resources/enrolment.ts'
import { mountHealth } from './resources/health.ts'
import { mountJournal } from './resources/journal.ts'
import { mountMetrics } from './resources/metrics.ts'
import { mountPage } from './resources/page.ts'
import { mountPeople } from './resources/people.ts'
import { mountRefusals } from './resources/refusals.ts'
import { mountSettings } from './resources/settings.ts'
import { mountSignIn } from './resources/sign-in.ts'
import { mountSimulated } from './resources/simulated-boards.ts'
import { mountSteering } from './resources/steering.ts'
import { mountTelemetry } from './resources/telemetry.ts'
import { mountTokens } from './resources/tokens.ts'
import { mountWatch } from './resources/watch.ts'

/** Holds every route. All gateways of a process share it: the context of each request names its gateway. */
const app = new OpenAPIHono<HttpEnv>({ strict: false, defaultHook: onValidated })
app.use(withCommonHeaders())
app.notFound(onNotFound)
app.onError(onError)
mountAll(app, [
  mountAbout,
  mountTokens,
  mountMetrics,
  mount => mountOpenApi(mount, openApiDocument),
  mountDevices,
  mountSteering,
  mountWatch,
  mountJournal,
  mountRefusals,
  mountEnrolment,
  mountApiKeys,
  mountPeople,
  mountSignIn,
  mountAccounts,
  mountSettings,
  mountTelemetry,
  mountHealth,
  mountSimulated,
  mountPage,
] satisfies ((mount: Mount) => void)[])

/** The API as an OpenAPI 3.1 document. */
export function openApiDocument(): Record<string, unknown> {
  return openApi(app)
}

/** Creates the HTTP handler of one gateway for its listeners. Dispose of it together with them. */
export function createHttp(parts: HttpParts): HttpHandler & Disposable {
  const { core, accounts, host, webSockets, proxies, faults } = parts
  const { limits, clock, keys } = core
  const http: HttpState = {
    identify: identifier({ keys, clock, accounts, config: { publicUrl: host.publicUrl, limits } }),
    startedTicks: clock.ticks(),
    metrics: new MetricsReader({ ...parts, version: host.version }),
    mints: new RateLimit(limits.mintsPerMinute, limits.mintBurst),
    signIn: {
      limits: new SignInLimits(limits),
      usedCodes: new UsedCodes(),
      hashing: new HashingQueue(limits),
      pauseRows: new RateLimit(1 / 60, 1),
    },
  }
  const shared = { core, accounts, host, webSockets, proxies, faults, http }
  const listener = (listenerKind: ListenerKind) =>
    getRequestListener(
      async (request, env) => {
        const { incoming, outgoing } = env as { incoming: IncomingMessage; outgoing: ServerResponse }
        try {
          const { headers, socket } = incoming
          const peer = socket.remoteAddress ?? ''
          const { address } = proxies.clientOf(peer, headers['x-forwarded-for'] as string | undefined)
          const proto = headers['x-forwarded-proto'] as string | undefined
          const encrypted = proxies.isEncrypted(listenerKind, peer, proto)
          return await app.fetch(request, { ...shared, incoming, outgoing, listenerKind, address, encrypted })
        } catch (error) {
          // The request's URL is parsed only while its route is searched, so an invalid one throws only here.
          if (error instanceof RequestError) return unreadable()
          faults.caught('request', error, () => shapeOf(incoming))
          return internal(languageIn(incoming))
        }
      },
      { overrideGlobalObjects: false, errorHandler: unreadable },
    )
  const listeners: Record<ListenerKind, ReturnType<typeof listener>> = {
    plain: listener('plain'),
    tls: listener('tls'),
    host: listener('host'),
  }
  const handle: HttpHandler = (request, response, listenerKind) => {
    const excess = excessOf(request, limits)
    if (excess) refuseUnread(response, excess, languageIn(request))
    else
      listeners[listenerKind](request, response).catch(error => {
        faults.caught('request', error, () => shapeOf(request))
        request.socket.destroy()
      })
  }
  return Object.assign(handle, { [Symbol.dispose]: () => http.metrics[Symbol.dispose]() })
}

/** Answers a request whose URL or Host is not valid. */
const unreadable = (): Response => Response.json(errorBody('invalid_request'), { status: 400, headers: commonHeaders })

/** Answers after an exception outside every route: before a route was found, or while its answer was made. */
const internal = (acceptLanguage: string | undefined): Response =>
  Response.json(errorBody('internal', languageOf(acceptLanguage)), { status: 500, headers: commonHeaders })

/** Refuses a request with a part that is too large: the rest is not read, and the connection is closed. */
function refuseUnread(response: ServerResponse, code: Excess, acceptLanguage: string | undefined): void {
  const body = Buffer.from(JSON.stringify(errorBody(code, languageOf(acceptLanguage))))
  response.writeHead(failures[code].status, {
    ...commonHeaders,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.length,
    Connection: 'close',
  })
  response.end(body)
}

function withCommonHeaders(): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    for (const [name, value] of Object.entries(commonHeaders)) c.header(name, value)
    await next()
    if (c.res.headers.get('Content-Type') === 'application/json')
      c.res.headers.set('Content-Type', 'application/json; charset=utf-8')
  }
}
