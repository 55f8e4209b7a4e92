import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { type Action, authorize, type Principal } from '../../core/access/access.ts'
import { addressKey } from '../../core/address.ts'
import type { Device } from '../../core/devices/device.ts'
import type { DeviceRegistry } from '../../core/devices/device-registry.ts'
import type { Admission, AdmissionRequest } from '../../core/enrolment/admission.ts'
import type { RefusalPacing } from '../../core/enrolment/refusal-pacing.ts'
import { atBoundary, type FaultSink } from '../../core/faults/faults.ts'
import type { CameraStreams } from '../../core/frames/camera-streams.ts'
import { sha256 } from '../../core/ids.ts'
import type { JournalWriter } from '../../core/journal/journal-ports.ts'
import { parseJson } from '../../core/json.ts'
import type { Limits } from '../../core/limits.ts'
import type { Sessions } from '../../core/sessions/sessions.ts'
import type { StrangerBudget } from '../../core/sessions/stranger-budget.ts'
import { Slots } from '../../core/slots.ts'
import type { FailureCode } from '../../errors/errors.ts'
import { auth as authSchema } from '../../protocol/board.ts'
import { closeCodes } from '../../protocol/close-codes.ts'
import { isProbe } from '../../protocol/headers.ts'
import { socketAt, sockets } from '../access-table.ts'
import { mayGoOn } from '../identify.ts'
import type { TrustedProxies } from '../tcp/client-address.ts'
import type { RawHandshake } from '../tcp/handshake-reader.ts'
import type { ListenerKind } from '../tcp/listener-kind.ts'
import { discardInput, RawConnection } from '../tcp/raw-connection.ts'
import { excessOf, languageIn } from '../tcp/request-limits.ts'
import { shapeOf } from '../tcp/request-shape.ts'
import { attachBoard } from './attach-board.ts'
import { attachProbe } from './attach-probe.ts'
import { attachViewer } from './attach-viewer.ts'
import { BoardSocket, boardOn, failBoard } from './board-socket.ts'
import type { DashboardEndpoint } from './dashboard-endpoint.ts'
import { headerGrowth } from './handshake-diagnosis.ts'
import { HandshakeQueue, type QueuedHandshake } from './handshake-queue.ts'
import {
  admissionRequestOf,
  arrivalOf,
  boardPaths,
  type HandshakeRequest,
  isValidHandshake,
  readHandshakeRequest,
  requestFor,
  seenOf,
} from './handshake-request.ts'
import { ignoreMessages } from './message-handlers.ts'
import { answerAndClose } from './refusal-answer.ts'
import { RefusalSender } from './refusal-sender.ts'

export interface WebSocketEndpointsParts {
  admission: Admission
  refusals: RefusalPacing
  sessions: Sessions
  registry: DeviceRegistry
  streams: CameraStreams
  journal: JournalWriter
  proxies: TrustedProxies
  limits: Limits
  /** By which the world knows this gateway, if somebody said so: for what boards are told to dial. */
  publicUrl: string | undefined
  /** Who a viewer is, by its headers; fails with the code of the refusal. */
  identify: (
    headers: Readonly<Record<string, string>>,
    context: { address: string; listenerKind: ListenerKind; encrypted: boolean },
  ) => Principal | FailureCode
  dashboard: DashboardEndpoint
  faults: FaultSink
  /** With an encrypted listener beside it, operators are refused on the plain one. */
  operatorsNeedTls: boolean
}

/**
 * Every WebSocket comes through here: boards, connection tests, viewers. It translates between handshakes and core,
 * and decides nothing but what is about bytes: which socket to answer first, and which not to answer at all.
 */
export class WebSocketEndpoints {
  readonly #parts: WebSocketEndpointsParts
  readonly #queue: HandshakeQueue
  readonly #viewers: WebSocketServer
  readonly #unproven: Slots
  readonly #probes: Slots
  readonly #refuser: RefusalSender
  /** Connection tests, and clients whose token has not come yet. */
  readonly #guests = new Set<BoardSocket>()
  #closing = false
  #handshakes = 0

  constructor(parts: WebSocketEndpointsParts) {
    this.#parts = parts
    const { limits } = parts
    // Known to ws 8.19 and later, but not yet to its types.
    const closing = { closeTimeout: limits.closeWaitMs }
    this.#viewers = new WebSocketServer({
      ...closing,
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: 4 * 1024,
      handleProtocols: protocols => chosenProtocol([...protocols]),
    })
    this.#refuser = new RefusalSender(parts.refusals, parts.journal, parts.faults, parts.publicUrl)
    this.#queue = new HandshakeQueue(limits.handshakeStaleMs, handshake => this.#admit(handshake), parts.faults)
    this.#unproven = new Slots(limits.refusalsHeldPerAddress, limits.refusalsHeldInAll)
    this.#probes = new Slots(limits.probesPerAddress, limits.refusalsHeldInAll)
  }

  /** For the metrics. */
  get counters(): { refused: ReadonlyMap<string, number>; stale: number; unread: number; handshakes: number } {
    return { ...this.#refuser.counters, stale: this.#queue.stale, handshakes: this.#handshakes }
  }

  /** A handshake arrived whole. */
  receive(handshake: QueuedHandshake): void {
    if (!(handshake.socket instanceof RawConnection)) handshake.socket.on('error', ignore)
    this.#queue.add(handshake)
  }

  /** See `Refuser.garbage`. */
  garbage(socket: Socket, error: string, packet: Buffer | undefined): void {
    this.#refuser.garbage(socket, error, packet)
  }

  /** A board's door was asked for as a page. Returns what the client has to change, in its language. */
  unupgraded(request: IncomingMessage, listenerKind: ListenerKind): string | undefined {
    const visit = readHandshakeRequest(
      { request, head: nothing },
      { socket: request.socket, listenerKind },
      this.#parts.proxies,
    )
    return boardPaths.has(visit.path) ? this.#refuser.unupgraded(visit) : undefined
  }

  /** From now on nobody gets in; who is here without being a board yet, or ever, is told to go. */
  close(): void {
    this.#closing = true
    for (const board of this.#guests)
      atBoundary(this.#parts.faults, 'closing', () => board.close(closeCodes.goingAway, 'shutting_down'))
    this.#parts.dashboard.close()
  }

  #admit(handshake: QueuedHandshake): void {
    const { socket } = handshake
    // It left again before its turn came.
    if (!socket.readable || !socket.writable) return void socket.destroy()
    let opened: RawHandshake | undefined
    atBoundary(
      this.#parts.faults,
      'handshake',
      () => {
        opened = handshake.read()
        if (opened) this.#receive(handshake, opened)
      },
      () => this.#fail(socket),
      () => (opened ? shapeOf(opened.request) : { bytes: socket.bytesRead }),
    )
  }

  /** Answers a handshake that met a defect of ours, with Close 1011 where its 101 may have left. */
  #fail(socket: Socket): void {
    const board = boardOn(socket)
    if (board) failBoard(board)
    else if (socket instanceof RawConnection && socket.reader !== discardInput) socket.destroy()
    else answerAndClose(socket, 'internal')
  }

  #receive(handshake: QueuedHandshake, opened: RawHandshake): void {
    const { socket } = handshake
    this.#handshakes++
    if (this.#closing) return answerAndClose(socket, 'shutting_down')
    const excess = excessOf(opened.request, this.#parts.limits)
    if (excess) return this.#refuser.refuseUnread(socket, excess, languageIn(opened.request))
    const visit = readHandshakeRequest(opened, handshake, this.#parts.proxies)
    const { path } = visit
    const admission = socketAt(path)
    if (!admission) return this.#refuser.refuse(visit, 'not_found')
    // Before the token is looked at: a handshake that cannot end well shall bind no claim.
    if (!isValidHandshake(visit)) return this.#refuser.refuse(visit, 'handshake_invalid')
    switch (admission.name) {
      case '/ws/dashboard':
        return this.#parts.dashboard.receive(visit, sockets[admission.name].action)
      case '/ws/view/{id}':
        return this.#viewer(visit, unescaped(admission.device ?? ''), sockets[admission.name].action)
      case '/ws':
      case '/ws/pico':
      case '/ws/esp32cam':
        return this.#board(visit)
      default:
        return admission.name satisfies never
    }
  }

  #board(visit: HandshakeRequest): void {
    const { token, problem } = visit.presented
    if (problem) return this.#refuser.refuse(visit, problem)
    if (!token && visit.query.get('auth') === 'message') return this.#authByMessage(visit)
    if (isProbe(visit.headers)) return this.#probe(visit, admissionRequestOf(visit, token))
    const { admission, limits, sessions } = this.#parts
    const tokenHash = token === undefined ? undefined : sha256(token)
    const answer = admission.decide(admissionRequestOf(visit, token), tokenHash)
    if ('refused' in answer) return this.#refuser.refuse(visit, answer.refused, answer.device)
    this.#remark(visit, answer)
    const board = this.#open(visit, answer.device.kind === 'pico' ? limits.textBytes : limits.frameBytes)
    attachBoard(board, sessions, answer, arrivalOf(visit, token, tokenHash))
    board.begin()
  }

  /** Who gets in all the same may have something to mend. */
  #remark(visit: HandshakeRequest, { device, expired }: { device: Device; expired?: boolean }): void {
    if (expired) {
      const text = `the claim of ${device.name} is too old to be approved by itself: it waits for the click`
      this.#refuser.remark(visit, 'claim_expired', text, device)
    }
    const repeated = headerGrowth(visit.request.rawHeaders)
    if (repeated) {
      const text = `${device.name} sent the same headers ${repeated.repeats} times in one request (${repeated.headerLines} lines)`
      this.#refuser.remark(visit, 'headers_grown', text, device, repeated)
    }
  }

  #probe(visit: HandshakeRequest, knock: AdmissionRequest): void {
    const answer = this.#parts.admission.wouldAdmit(knock)
    if ('refused' in answer) return this.#refuser.refuse(visit, answer.refused)
    const release = this.#probes.take(addressKey(visit.address))
    if (!release) return this.#refuser.refuse(visit, 'probes_full')
    const board = this.#open(visit, this.#parts.limits.textBytes)
    this.#attachProbe(board, visit, release)
    board.begin()
  }

  #attachProbe(board: BoardSocket, visit: HandshakeRequest, release: () => void): void {
    this.#guests.add(board)
    const stranger = this.#strangerAt(board, `probes of ${addressKey(visit.address)}`)
    attachProbe(board, seenOf(visit), this.#parts.limits, stranger, () => {
      this.#guests.delete(board)
      release()
    })
  }

  /** A test of the way by which a token comes in the first message: it binds as little as any other. */
  #probeOpen(
    board: BoardSocket,
    visit: HandshakeRequest,
    knock: AdmissionRequest,
    fail: (code: FailureCode, token?: string) => void,
  ): void {
    const answer = this.#parts.admission.wouldAdmit(knock)
    if ('refused' in answer) return fail(answer.refused, knock.token)
    const release = this.#probes.take(addressKey(visit.address))
    if (!release) return fail('probes_full', knock.token)
    this.#attachProbe(board, visit, release)
  }

  /** A client that cannot set headers: its first message is the token. Nothing is said to it before. */
  #authByMessage(visit: HandshakeRequest): void {
    const release = this.#unproven.take(addressKey(visit.address))
    if (!release) return this.#refuser.refuse(visit, 'token_missing')
    const { limits, admission, sessions } = this.#parts
    const board = this.#open(visit, limits.authMessageBytes)
    board.stranger = this.#strangerAt(board, undefined)
    this.#guests.add(board)
    const settled = () => {
      clearTimeout(timer)
      release()
    }
    const gone = () => {
      settled()
      this.#guests.delete(board)
    }
    const fail = (code: FailureCode, token?: string, device?: Device) => {
      board.talk = { ...ignoreMessages, onClose: gone }
      this.#refuser.refuseOpen(visit, code, device, token, () => board.close(closeCodes.unauthorized, code))
    }
    const late = () =>
      atBoundary(
        this.#parts.faults,
        'handshake',
        () => fail('auth_timeout'),
        () => failBoard(board),
      )
    const timer = setTimeout(late, limits.authMessageTimeoutMs)
    const onFirst = (token: string | undefined) => {
      settled()
      if (token === undefined) return fail('token_missing')
      if (token.length > limits.tokenCharacters) return fail('token_too_long')
      const knock = { ...admissionRequestOf(visit, token), local: false }
      if (isProbe(visit.headers)) return this.#probeOpen(board, visit, knock, fail)
      const tokenHash = sha256(token)
      const answer = admission.decide(knock, tokenHash)
      if ('refused' in answer) return fail(answer.refused, token, answer.device)
      board.limitPayload(answer.device.kind === 'pico' ? limits.textBytes : limits.frameBytes)
      this.#guests.delete(board)
      attachBoard(board, sessions, answer, arrivalOf(visit, token, tokenHash))
    }
    board.talk = {
      ...ignoreMessages,
      onText: text => onFirst(authToken(text)),
      onBinary: () => onFirst(undefined),
      onClose: gone,
    }
    board.begin()
  }

  #viewer(visit: HandshakeRequest, idOrName: string, action: Action): void {
    const { registry, streams, limits, operatorsNeedTls, identify } = this.#parts
    if (operatorsNeedTls && visit.listenerKind === 'plain') return this.#refuser.refuse(visit, 'tls_required')
    const { address, listenerKind, encrypted, headers } = visit
    const asks = () => identify(headers, { address, listenerKind, encrypted })
    const principal = asks()
    if (typeof principal === 'string') return this.#refuser.refuse(visit, principal)
    const device = registry.find(idOrName)
    if (!device || !authorize(principal, action, device)) return this.#refuser.refuse(visit, 'device_not_found')
    if (device.state === 'pending') return this.#refuser.refuse(visit, 'device_pending')
    const stream = streams.of(device.id)
    if (stream.viewers >= limits.viewersPerCamera) return this.#refuser.refuse(visit, 'viewers_full')
    const mayStay = () => mayGoOn(asks(), now => authorize(now, action, device))
    this.#viewers.handleUpgrade(requestFor(visit), visit.socket, visit.head, ws =>
      attachViewer(ws, visit.socket, { stream, mayStay, faults: this.#parts.faults }),
    )
  }

  /** What a guest may send is counted: by its address where it has one, or alone. */
  #strangerAt(board: BoardSocket, who: string | undefined): StrangerBudget {
    return this.#parts.sessions.strangers.connect(who, {
      mayWait: true,
      stop: () => board.stop(),
      readOn: () => board.readOn(),
      close: () => board.close(closeCodes.tooMuchTraffic, 'too_much_traffic'),
      cut: () => board.cut(),
    })
  }

  /** Answers a board's handshake. */
  #open(visit: HandshakeRequest, mostBytes: number): BoardSocket {
    const { headers, head, socket } = visit
    const offered = headers['sec-websocket-protocol']?.split(',').map(name => name.trim()) ?? []
    const handshake = { key: headers['sec-websocket-key']!, protocol: chosenProtocol(offered), head }
    const { textBytes: mostTextBytes, closeWaitMs, cameraMessagesPerSecond } = this.#parts.limits
    const limits = { mostBytes, mostTextBytes, closeWaitMs, cameraMessagesPerSecond }
    return new BoardSocket(socket, handshake, limits, this.#parts.faults)
  }
}

/** Of the subprotocols offered: the one that carries a token, or else the first, as some clients insist on one. */
const chosenProtocol = (offered: readonly string[]): string | false =>
  offered.includes('darvaza.bearer') ? 'darvaza.bearer' : (offered[0] ?? false)

const ignore = (): void => {}
const nothing = Buffer.alloc(0)

/** Part of a path as it was meant; as it came where its percent signs mean nothing. */
function unescaped(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function authToken(text: string): string | undefined {
  try {
    return authSchema.safeParse(parseJson(text)).data?.token.trim()
  } catch {
    return undefined
  }
}
