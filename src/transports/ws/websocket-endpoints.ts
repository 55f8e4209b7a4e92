import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { DeviceRegistry } from '../../core/devices/device-registry.ts'
import type { Admission } from '../../core/enrolment/admission.ts'
import type { RefusalPacing } from '../../core/enrolment/refusal-pacing.ts'
import type { FaultSink } from '../../core/faults/faults.ts'
import type { CameraStreams } from '../../core/frames/camera-streams.ts'
import type { JournalWriter } from '../../core/journal/journal-ports.ts'
import type { Limits } from '../../core/limits.ts'
import type { Sessions } from '../../core/sessions/sessions.ts'
import { socketAt, sockets } from '../access-table.ts'
import type { Identify } from '../identify.ts'
import type { TrustedProxies } from '../tcp/client-address.ts'
import type { RawHandshake, WholeHandshake } from '../tcp/handshake-reader.ts'
import type { ListenerKind } from '../tcp/listener-kind.ts'
import { discardInput, RawConnection } from '../tcp/raw-connection.ts'
import { excessOf, languageIn } from '../tcp/request-limits.ts'
import { BoardEndpoint } from './board-endpoint.ts'
import { boardOn, failBoard } from './board-socket.ts'
import type { DashboardEndpoint } from './dashboard-endpoint.ts'
import { HandshakeQueue } from './handshake-queue.ts'
import { boardPaths, isValidHandshake, readHandshakeRequest } from './handshake-request.ts'
import { ProbeEndpoint } from './probe-endpoint.ts'
import { answerAndClose } from './refusal-answer.ts'
import { RefusalSender } from './refusal-sender.ts'
import { ViewerEndpoint } from './viewer-endpoint.ts'

export interface WebSocketEndpointsParts {
  admission: Admission
  refusals: RefusalPacing
  sessions: Sessions
  registry: DeviceRegistry
  streams: CameraStreams
  journal: JournalWriter
  proxies: TrustedProxies
  limits: Limits
  /** The gateway's public address, if the operator set one: remedies show it as the address to dial. */
  publicUrl: string | undefined
  identify: Identify
  dashboard: DashboardEndpoint
  faults: FaultSink
  /** Whether operators are refused on the plain listener, as there is an encrypted one beside it. */
  operatorsNeedTls: boolean
}

/** Orders the WebSocket handshakes of all listeners, and routes each by its path to its endpoint. */
export class WebSocketEndpoints {
  readonly #proxies: TrustedProxies
  readonly #limits: Limits
  readonly #queue: HandshakeQueue
  readonly #refusals: RefusalSender
  readonly #boards: BoardEndpoint
  readonly #probes: ProbeEndpoint
  readonly #viewers: ViewerEndpoint
  readonly #dashboard: DashboardEndpoint
  #closing = false
  #handshakes = 0

  constructor(parts: WebSocketEndpointsParts) {
    const { limits, faults, sessions } = parts
    this.#proxies = parts.proxies
    this.#limits = limits
    this.#dashboard = parts.dashboard
    this.#refusals = new RefusalSender(parts.refusals, parts.journal, faults, parts.publicUrl)
    const shared = { ...parts, refusals: this.#refusals }
    this.#probes = new ProbeEndpoint({ ...shared, strangers: sessions.strangers })
    this.#boards = new BoardEndpoint({ ...shared, probes: this.#probes })
    this.#viewers = new ViewerEndpoint(shared)
    const onRead = (handshake: RawHandshake, socket: Socket, listenerKind: ListenerKind) =>
      this.#route(handshake, socket, listenerKind)
    this.#queue = new HandshakeQueue(limits.handshakeStaleMs, { onRead, onFailed: answerFault }, faults)
  }

  /** Numbers for the metrics. */
  get counters(): { refused: ReadonlyMap<string, number>; stale: number; unread: number; handshakes: number } {
    return { ...this.#refusals.counters, stale: this.#queue.stale, handshakes: this.#handshakes }
  }

  /** Queues a complete handshake: it is parsed and answered when its turn comes. */
  receive(handshake: WholeHandshake, listenerKind: ListenerKind): void {
    if (!(handshake.socket instanceof RawConnection)) handshake.socket.on('error', ignore)
    this.#queue.add(handshake, listenerKind)
  }

  /** See `RefusalSender.garbage`. */
  garbage(socket: Socket, error: string, packet: Buffer | undefined): void {
    this.#refusals.garbage(socket, error, packet)
  }

  /** Records a plain HTTP request for a board's path. Returns the remedy, in the client's language. */
  unupgraded(request: IncomingMessage, listenerKind: ListenerKind): string | undefined {
    const handshake = readHandshakeRequest({ request, head: nothing }, request.socket, listenerKind, this.#proxies)
    return boardPaths.has(handshake.path) ? this.#refusals.unupgraded(handshake) : undefined
  }

  /**
   * Refuses all handshakes from now on, and closes dashboard pages, probes and clients that have not sent their token.
   * Boards are closed when `Sessions` ends their sessions, viewers when their streams close.
   */
  close(): void {
    this.#closing = true
    this.#boards.close()
    this.#probes.close()
    this.#dashboard.close()
  }

  #route(raw: RawHandshake, socket: Socket, listenerKind: ListenerKind): void {
    this.#handshakes++
    if (this.#closing) return answerAndClose(socket, 'shutting_down')
    const excess = excessOf(raw.request, this.#limits)
    if (excess) return this.#refusals.refuseUnread(socket, excess, languageIn(raw.request))
    const handshake = readHandshakeRequest(raw, socket, listenerKind, this.#proxies)
    const endpoint = socketAt(handshake.path)
    if (!endpoint) return this.#refusals.refuse(handshake, 'not_found')
    // Checked before the token is looked up: a handshake that cannot succeed must not bind a claim.
    if (!isValidHandshake(handshake)) return this.#refusals.refuse(handshake, 'handshake_invalid')
    switch (endpoint.name) {
      case '/ws/dashboard':
        return this.#dashboard.receive(handshake, sockets[endpoint.name].action)
      case '/ws/view/{id}':
        return this.#viewers.receive(handshake, unescaped(endpoint.device ?? ''), sockets[endpoint.name].action)
      case '/ws':
      case '/ws/pico':
      case '/ws/esp32cam':
        return this.#boards.receive(handshake)
      default:
        return endpoint.name satisfies never
    }
  }
}

/** Answers a handshake that met a defect of the gateway: with Close 1011 where its 101 may have left. */
function answerFault(socket: Socket): void {
  const board = boardOn(socket)
  if (board) failBoard(board)
  else if (socket instanceof RawConnection && socket.reader !== discardInput) socket.destroy()
  else answerAndClose(socket, 'internal')
}

const ignore = (): void => {}
const nothing = Buffer.alloc(0)

/** Decodes a percent-encoded part of a path; returns it unchanged where the encoding is not valid. */
function unescaped(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
