import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { BoundaryName } from '../../core/faults/boundaries.ts'
import { atBoundary, type FaultShape, type FaultSink } from '../../core/faults/faults.ts'
import type { Limits } from '../../core/limits.ts'
import { errorBody } from '../../errors/errors.ts'
import { CloseThrottle } from './close-throttle.ts'
import type { ConnectionLimit, Unfinished } from './connection-limit.ts'
import { HandshakeReader, type WholeHandshake } from './handshake-reader.ts'
import { acceptRawConnections, RawConnection } from './raw-connection.ts'
import { shapeOf } from './request-shape.ts'

export interface ListenerHandlers {
  onRequest(request: IncomingMessage, response: ServerResponse): void
  onUpgrade(handshake: WholeHandshake): void
  /** The bytes were not HTTP or TLS, or a handshake never ended. `error`: Node's error code; `packet`: the bytes. */
  onGarbage(socket: Socket, error: string, packet: Buffer | undefined): void
}

/** Length of the queue of connections not yet accepted, if the system allows it: all boards reconnect at once (field rule 28). */
const acceptBacklog = 4_096
/** The interval at which the memory of unfinished handshakes is checked, in ms. */
const watchEveryMs = 100

/** An unfinished handshake: when it began, and how much of it has been received. */
interface Handshake {
  sinceTicks: number
  bytesBefore: number
}

/**
 * One listening HTTP server, plain or TLS. Header blocks of boards grow with each of their reconnects, so a single
 * request may have 1 MiB of headers and any number of lines; what that can cost is bounded by all unfinished
 * handshakes together.
 */
export class Listener {
  readonly server: Server | TlsServer
  readonly #served: ListenerHandlers
  /** The handlers; until `serve`, those that hold back requests and handshakes. */
  #handlers: ListenerHandlers
  readonly #held: (() => void)[] = []
  readonly #limits: Limits
  readonly #connections: ConnectionLimit | undefined
  readonly #faults: FaultSink
  readonly #unfinished = new Map<Socket, Handshake>()
  readonly #unanswered = new WeakMap<Socket, number>()
  readonly #sockets = new Set<Socket>()
  /** The TCP connections that carry the encrypted ones, including those whose TLS handshake is not complete. */
  readonly #rawConnections = new Set<Socket>()
  /** Those of `#rawConnections` with an unfinished TLS handshake, each with its start time, oldest first. */
  readonly #handshaking = new Map<Socket, number>()
  /** One function for all sockets: no closure per connection. */
  readonly #onClose: (this: Socket) => void
  readonly #handshakes: HandshakeReader
  readonly #closeThrottle: CloseThrottle
  #watch: NodeJS.Timeout | undefined
  #onEmpty: (() => void) | undefined

  /**
   * `connections`: the limit shared with other listeners; none for a listener for the gateway's own host.
   * `faults`: receives exceptions thrown in the handlers: such an exception closes only the connection it came from.
   */
  constructor(
    handlers: ListenerHandlers,
    limits: Limits,
    {
      tls,
      connections,
      faults,
    }: {
      tls?: { cert: Buffer; key: Buffer } | undefined
      connections?: ConnectionLimit | undefined
      faults: FaultSink
    },
  ) {
    this.#served = handlers
    const hold = (socket: Socket, act: () => void) => this.#held.push(() => this.#at('accept', socket, act))
    this.#handlers = {
      onRequest: (request, response) => hold(request.socket, () => handlers.onRequest(request, response)),
      onUpgrade: handshake => hold(handshake.socket, () => handlers.onUpgrade(handshake)),
      onGarbage: (socket, error, packet) => hold(socket, () => handlers.onGarbage(socket, error, packet)),
    }
    this.#limits = limits
    this.#connections = connections
    connections?.share(() => this.#oldestUnfinished())
    this.#faults = faults
    const listener = this
    this.#onClose = function (this: Socket) {
      try {
        listener.#sockets.delete(this)
        listener.#unfinished.delete(this)
        if (!tls) connections?.ended()
        if (this instanceof RawConnection) listener.#handshakes.forget(this)
        if (listener.#sockets.size === 0) listener.#onEmpty?.()
      } catch (error) {
        faults.caught('closing', error)
      }
    }
    this.#handshakes = new HandshakeReader(
      {
        onWhole: handshake => {
          this.#unfinished.delete(handshake.socket)
          this.#handlers.onUpgrade(handshake)
        },
        onOther: connection => this.server.emit('connection', connection),
      },
      faults,
    )
    this.#closeThrottle = new CloseThrottle(this.#sockets, faults)
    const options = {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.handshakeTimeoutMs,
      requestTimeout: limits.handshakeTimeoutMs * 3,
      connectionsCheckingInterval: Math.min(1_000, limits.handshakeTimeoutMs / 2),
      noDelay: true,
    }
    // A TLS handshake comes before any request: without this option Node would wait for it for two minutes.
    const encryption = tls && { ...tls, handshakeTimeout: limits.handshakeTimeoutMs }
    this.server = encryption ? createTlsServer({ ...options, ...encryption }) : createServer(options)
    // Node cuts header lists at 1,000 pairs unless this property is set; as an option it has no effect.
    this.server.maxHeadersCount = 0
    this.#listen(tls !== undefined)
  }

  /**
   * Resolves to the port. Clients are not answered before `serve`, as the port of another listener may be taken.
   * @throws the system's error, EADDRINUSE and the like
   */
  listen(where: { host: string; port: number } | { path: string }): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen({ ...where, backlog: acceptBacklog }, () => {
        this.server.off('error', reject)
        if ('port' in where) this.#acceptRaw()
        const address = this.server.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
  }

  /** Starts answering requests and handshakes, beginning with those already received. */
  serve(): void {
    this.#handlers = this.#served
    for (const call of this.#held.splice(0)) call()
  }

  /** Requests and handshakes that wait for `serve`. */
  get held(): number {
    return this.#held.length
  }

  /** Sets the certificate for new connections; open ones keep theirs. */
  renew(tls: { cert: Buffer; key: Buffer }): void {
    if ('setSecureContext' in this.server) this.server.setSecureContext(tls)
  }

  /** Stops accepting, at once. */
  stopAccepting(): void {
    this.server.close()
    clearInterval(this.#watch)
  }

  /** Resolves when every socket is closed, or after `ms`. */
  async emptied(ms: number): Promise<void> {
    if (this.#sockets.size === 0) return
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms)
      this.#onEmpty = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Closes connections without a complete request: new ones, and those that wait for their next request. */
  closeIdle(): void {
    for (const socket of this.#unfinished.keys()) socket.destroy()
  }

  /** Destroys every connection that is still open. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy()
    for (const connection of this.#rawConnections) connection.destroy()
  }

  /** Registers the callbacks of Node's server; each of them catches its exceptions. */
  #listen(encrypted: boolean): void {
    const { server } = this
    server.on(encrypted ? 'secureConnection' : 'connection', (socket: Socket) =>
      this.#at('accept', socket, () => this.#accepted(socket)),
    )
    if (encrypted)
      server.on('connection', (socket: Socket) => this.#at('accept', socket, () => this.#connected(socket)))
    server.on('request', (request, response) => {
      const act = () => this.#request(request, response)
      atBoundary(
        this.#faults,
        'request',
        act,
        () => answerInternal(response),
        () => shapeOf(request),
      )
    })
    server.on('upgrade', (request, socket, head) => {
      const act = () => this.#upgrade(request, socket as Socket, head)
      this.#at('handshake', socket as Socket, act, () => shapeOf(request))
    })
    server.on('clientError', (error: Error & { code?: string; rawPacket?: Buffer }, socket) => {
      const act = () => this.#handlers.onGarbage(socket as Socket, error.code ?? 'UNKNOWN', error.rawPacket)
      this.#at('garbage', socket as Socket, act)
    })
    server.on('tlsClientError', (error: Error & { code?: string }, socket: Socket) => {
      // Plain HTTP on the encrypted port can still be answered in plain, on the socket below.
      const below = error.code === 'ERR_SSL_HTTP_REQUEST' ? belowEncryption(socket) : undefined
      if (below && !below.destroyed)
        this.#at('garbage', below, () => this.#handlers.onGarbage(below, 'ERR_SSL_HTTP_REQUEST', undefined))
      else socket.destroy()
    })
    // Accepting failed for lack of file descriptors or memory. The system tries again with the next connection.
    server.on('error', error => {
      if (server.listening) this.#faults.caught('accept', error)
    })
  }

  #at(boundary: BoundaryName, socket: Socket, act: () => void, shape?: () => FaultShape): void {
    atBoundary(this.#faults, boundary, act, () => socket.destroy(), shape ?? (() => ({ bytes: socket.bytesRead })))
  }

  /** Counts a new connection for TLS, whose TLS handshake has not begun. */
  #connected(connection: Socket): void {
    if (!this.#hasRoom(connection)) return
    this.#connections?.opened()
    this.#rawConnections.add(connection)
    this.#handshaking.set(connection, performance.now())
    connection.once('close', () => {
      this.#rawConnections.delete(connection)
      this.#handshaking.delete(connection)
      this.#connections?.ended()
    })
  }

  /** Whether a new connection may stay; otherwise it is closed. */
  #hasRoom(socket: Socket): boolean {
    if (this.#connections?.freePlace() ?? true) return true
    socket.destroy()
    return false
  }

  /** The oldest connection without a complete request, or without a complete TLS handshake if it is encrypted. */
  #oldestUnfinished(): Unfinished | undefined {
    const [unfinished] = this.#unfinished
    const [connecting] = this.#handshaking
    const isConnecting = connecting && !(unfinished && unfinished[1].sinceTicks < connecting[1])
    const [socket, sinceTicks] = isConnecting ? connecting : [unfinished?.[0], unfinished?.[1].sinceTicks]
    if (!socket || sinceTicks === undefined) return undefined
    const end = () => {
      // Deleted before its 'close' event: each of many new connections in one turn has to close a different one.
      this.#unfinished.delete(socket)
      this.#handshaking.delete(socket)
      socket.destroy()
    }
    return { sinceTicks, end }
  }

  /** Accepts plain connections as raw ones. Node reads encrypted connections. */
  #acceptRaw(): void {
    if ('setSecureContext' in this.server) return
    const onConnection = (connection: RawConnection) => {
      if (!this.#hasRoom(connection)) return
      this.#track(connection, connection.acceptedTicks)
      this.#handshakes.begin(connection)
    }
    acceptRawConnections(this.server, onConnection, {
      reader: this.#handshakes,
      closeCounter: this.#closeThrottle,
      faults: this.#faults,
    })
  }

  /** A raw connection reaches Node's parser only when HandshakeReader handed it over. */
  #accepted(socket: Socket): void {
    if (socket instanceof RawConnection)
      this.#unfinished.set(socket, { sinceTicks: socket.acceptedTicks, bytesBefore: 0 })
    else if ('setSecureContext' in this.server) {
      const connection = belowEncryption(socket)
      if (connection) this.#handshaking.delete(connection)
      this.#track(socket, performance.now())
    } else if (this.#hasRoom(socket)) this.#track(socket, performance.now())
  }

  #track(socket: Socket, sinceTicks: number): void {
    this.#sockets.add(socket)
    if (!('setSecureContext' in this.server)) this.#connections?.opened()
    this.#unfinished.set(socket, { sinceTicks, bytesBefore: 0 })
    // The event is emitted once anyway: `once` would keep a closure and a context for each board.
    socket.on('close', this.#onClose)
    this.#watch ??= setInterval(() => atBoundary(this.#faults, 'timer', () => this.#bound()), watchEveryMs).unref()
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    // Node hands over every request of a read at once, and 64 KiB hold over a thousand short ones.
    const unanswered = (this.#unanswered.get(socket) ?? 0) + 1
    if (socket.destroyed || unanswered > this.#limits.requestsUnanswered) return void socket.destroy()
    this.#unanswered.set(socket, unanswered)
    response.once('close', () => this.#unanswered.set(socket, this.#unanswered.get(socket)! - 1))
    this.#unfinished.delete(socket)
    // A kept-alive connection may start another request.
    response.once('finish', () => {
      if (!socket.destroyed)
        this.#unfinished.set(socket, { sinceTicks: performance.now(), bytesBefore: socket.bytesRead })
    })
    this.#handlers.onRequest(request, response)
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const acceptedTicks = this.#unfinished.get(socket)?.sinceTicks ?? performance.now()
    this.#unfinished.delete(socket)
    this.#handlers.onUpgrade({ socket, acceptedTicks, read: () => ({ request, head }) })
  }

  /** Ends overdue raw connections (Node ends those it reads), and the largest while unfinished ones hold too much. */
  #bound(): void {
    let held = 0
    const sizes: [Socket, number][] = []
    const overdue = performance.now() - this.#limits.handshakeTimeoutMs
    for (const [socket, { sinceTicks, bytesBefore }] of this.#unfinished) {
      if (sinceTicks < overdue && socket instanceof RawConnection && socket.reader === this.#handshakes) {
        this.#unfinished.delete(socket)
        this.#at('garbage', socket, () => {
          this.#handshakes.giveUp(socket)
          this.#handlers.onGarbage(socket, 'ERR_HTTP_REQUEST_TIMEOUT', undefined)
        })
        continue
      }
      const bytes = socket.bytesRead - bytesBefore
      held += bytes
      if (bytes > 0) sizes.push([socket, bytes])
    }
    if (held <= this.#limits.handshakeBytesInAll) return
    sizes.sort((one, other) => other[1] - one[1])
    for (const [socket, bytes] of sizes) {
      socket.destroy()
      held -= bytes
      if (held <= this.#limits.handshakeBytesInAll) return
    }
  }
}

/** The plain connection under an encrypted one: Node has no public access to it. */
const belowEncryption = (socket: Socket): Socket | undefined => (socket as { _parent?: Socket })._parent

/** Answers with an internal error; if the answer has begun already, the connection is cut instead. */
function answerInternal(response: ServerResponse): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(500, { 'Content-Type': 'application/json; charset=utf-8', Connection: 'close' })
  response.end(JSON.stringify(errorBody('internal')))
}
