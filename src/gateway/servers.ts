import type { IncomingMessage, ServerResponse } from 'node:http'
import { alreadyRunning } from '../adapters/data-folder/data-folder.ts'
import type { Log } from '../adapters/log/log.ts'
import { watchCertificate } from '../adapters/tls/certificate.ts'
import type { Config } from '../config.ts'
import type { Core } from '../core/core.ts'
import { atBoundary, type Faults } from '../core/faults/faults.ts'
import type { Accounts } from '../core/people/accounts.ts'
import { createHttp } from '../transports/http/app.ts'
import type { Host, HttpHandler } from '../transports/http/http-parts.ts'
import { type Identify, identifier } from '../transports/identify.ts'
import { TrustedProxies } from '../transports/tcp/client-address.ts'
import { Listener, type ListenerHandlers } from '../transports/tcp/listener.ts'
import type { ListenerKind } from '../transports/tcp/listener-kind.ts'
import { DashboardEndpoint } from '../transports/ws/dashboard-endpoint.ts'
import { WebSocketEndpoints } from '../transports/ws/websocket-endpoints.ts'
import { limitConnections } from './limit-connections.ts'

export interface ServersParts {
  config: Config
  core: Core
  accounts: Accounts
  host: Host
  faults: Faults
  log: Log
}

/** Builds a gateway's servers: HTTP and WebSocket on a plain listener, the control socket, and TLS if configured. */
export function openServers(parts: ServersParts): Servers {
  const { config, core, accounts, host, faults, log } = parts
  const { limits, clock, keys, journal } = core
  using opening = new DisposableStack()
  const proxies = new TrustedProxies(config.trustedProxies)
  const connections = limitConnections(journal, clock)
  const identify = identifier({ keys, clock, config, accounts })
  const webSockets = openWebSockets({ config, core, proxies, identify })
  const http = opening.use(
    createHttp({
      core,
      accounts,
      host,
      webSockets,
      proxies,
      faults,
      connectionsClosed: () => connections?.closed ?? 0,
    }),
  )
  const plain = new Listener(handlersOf(http, webSockets, 'plain'), limits, { connections, faults })
  const control = new Listener(handlersOf(http, webSockets, 'host'), limits, { faults })
  const certificate = config.tls ? opening.use(watchCertificate(config.tls, log)) : undefined
  const tls = certificate
    ? new Listener(handlersOf(http, webSockets, 'tls'), limits, { tls: certificate.current, connections, faults })
    : undefined
  certificate?.onChange(current => tls?.renew(current))
  return new Servers({ plain, control, tls, webSockets, opened: opening.move() }, parts)
}

/** The servers of one gateway. Disposing of them cuts every connection. */
export class Servers implements Disposable {
  readonly #plain: Listener
  readonly #control: Listener
  readonly #tls: Listener | undefined
  readonly #listeners: readonly Listener[]
  readonly #webSockets: WebSocketEndpoints
  readonly #opened: Disposable
  readonly #parts: ServersParts

  constructor(
    servers: {
      plain: Listener
      control: Listener
      tls: Listener | undefined
      webSockets: WebSocketEndpoints
      opened: Disposable
    },
    parts: ServersParts,
  ) {
    const { plain, control, tls } = servers
    this.#plain = plain
    this.#control = control
    this.#tls = tls
    this.#listeners = [plain, control, ...(tls ? [tls] : [])]
    this.#webSockets = servers.webSockets
    this.#opened = servers.opened
    this.#parts = parts
  }

  /** Binds every listener: connections wait until `serve`. Resolves to the ports. @throws the system's error */
  async listen(controlPath: string): Promise<{ port: number; tlsPort: number | undefined }> {
    const { config } = this.#parts
    const port = await this.#plain.listen({ host: config.host, port: config.port })
    const tlsPort = this.#tls && (await this.#tls.listen({ host: config.host, port: config.tls!.port }))
    const umask = process.umask(0o177)
    try {
      await this.#control.listen({ path: controlPath })
    } catch (error) {
      // Another gateway was started at the same time and bound the socket first; its version takes no lock.
      throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? alreadyRunning(config.dataDir) : error
    } finally {
      process.umask(umask)
    }
    return { port, tlsPort }
  }

  serve(): void {
    for (const listener of this.#listeners) listener.serve()
  }

  /** Accepts no new connections, and closes all but those of boards, which stay until core ends their sessions. */
  stopAccepting(): void {
    for (const listener of this.#listeners) this.#step(() => listener.stopAccepting())
    this.#step(() => this.#webSockets.close())
  }

  /** Closes connections without a request, and waits for the others. Resolves after `closeWaitMs` at the latest. */
  async emptied(): Promise<void> {
    const { closeWaitMs } = this.#parts.core.limits
    for (const listener of this.#listeners) this.#step(() => listener.closeIdle())
    await Promise.allSettled(this.#listeners.map(listener => listener.emptied(closeWaitMs)))
  }

  [Symbol.dispose](): void {
    for (const listener of this.#listeners) {
      listener.stopAccepting()
      listener.cutAll()
    }
    this.#opened[Symbol.dispose]()
  }

  #step(act: () => void): void {
    atBoundary(this.#parts.faults, 'shutdown', act)
  }
}

function openWebSockets({
  config,
  core,
  proxies,
  identify,
}: {
  config: Config
  core: Core
  proxies: TrustedProxies
  identify: Identify
}): WebSocketEndpoints {
  const { admission, refusals, sessions, registry, streams, journal, pageSessions, limits, faults } = core
  const { publicUrl } = config
  const operatorsNeedTls = config.tls !== undefined
  const dashboard = new DashboardEndpoint({
    pageSessions,
    identify: ({ headers, address, listenerKind, encrypted }) =>
      identify(headers, { address, listenerKind, encrypted }),
    publicUrl,
    operatorsNeedTls,
    faults,
    closeWaitMs: limits.closeWaitMs,
  })
  return new WebSocketEndpoints({
    admission,
    refusals,
    sessions,
    registry,
    streams,
    journal,
    proxies,
    limits,
    publicUrl,
    identify,
    dashboard,
    faults,
    operatorsNeedTls,
  })
}

const handlersOf = (
  http: HttpHandler,
  webSockets: WebSocketEndpoints,
  listenerKind: ListenerKind,
): ListenerHandlers => ({
  onRequest: (request: IncomingMessage, response: ServerResponse) => http(request, response, listenerKind),
  onUpgrade: handshake => webSockets.receive(handshake, listenerKind),
  onGarbage: (socket, error, packet) => webSockets.garbage(socket, error, packet),
})
