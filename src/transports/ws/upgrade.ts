import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { authorize, type Principal } from '../../core/access/access.ts'
import { addressKey, isLoopback, plainAddress } from '../../core/address.ts'
import type { Device } from '../../core/devices/device.ts'
import type { DeviceRegistry } from '../../core/devices/registry.ts'
import { guessLibrary } from '../../core/diagnosis/library.ts'
import type { Door, Knock } from '../../core/enrolment/door.ts'
import type { Refusals } from '../../core/enrolment/refusals.ts'
import type { FrameRooms } from '../../core/frames/rooms.ts'
import { sha256 } from '../../core/ids.ts'
import type { Journal } from '../../core/journal/journal.ts'
import type { Limits } from '../../core/limits.ts'
import { RateLimit } from '../../core/rate-limit.ts'
import type { Arrival } from '../../core/sessions/line.ts'
import type { Sessions } from '../../core/sessions/sessions.ts'
import { Slots } from '../../core/slots.ts'
import type { FailureCode } from '../../errors.ts'
import { auth as authSchema } from '../../protocol/board.ts'
import { type Kind, kindOfDeviceType } from '../../protocol/kinds.ts'
import { forwardingHeaders, type TrustedProxies } from '../client-address.ts'
import type { Entrance } from '../entrance.ts'
import { attachBoard } from './device.ts'
import { type Handshake, HandshakeQueue } from './handshake-queue.ts'
import { firstHeaders, presentedToken, shortHeader } from './headers.ts'
import { attachProbe } from './probe.ts'
import { answerAndClose, holdThen } from './refuse.ts'
import { attachViewer } from './viewer.ts'

const boardPaths: Readonly<Record<string, Kind | undefined>> = {
  '/ws/pico': 'pico',
  '/ws/esp32cam': 'esp32cam',
  '/ws': undefined,
}
const viewPath = /^\/ws\/view\/([^/]+)$/

export interface UpgradeParts {
  door: Door
  refusals: Refusals
  sessions: Sessions
  registry: DeviceRegistry
  rooms: FrameRooms
  journal: Pick<Journal, 'note'>
  proxies: TrustedProxies
  limits: Limits
  /** Who a viewer is, by its headers; fails with the code of the refusal. */
  identify: (
    headers: Readonly<Record<string, string>>,
    context: { address: string; entrance: Entrance },
  ) => Principal | FailureCode
  /** With an encrypted listener beside it, operators are refused on the plain one. */
  operatorsNeedTls: boolean
}

/** One handshake on its way through the door. */
interface Visit extends Handshake {
  path: string
  query: URLSearchParams
  headers: Record<string, string>
  address: string
  proxied: boolean
}

/**
 * Every WebSocket comes through here: boards, connection tests, viewers. It translates between handshakes and core,
 * and decides nothing but what is about bytes: which socket to answer first, and which not to answer at all.
 */
export class UpgradeDoor {
  readonly #parts: UpgradeParts
  readonly #queue: HandshakeQueue
  readonly #servers: Record<'camera' | 'text' | 'viewer', WebSocketServer>
  readonly #unproven: Slots
  readonly #probes: Slots
  readonly #rows = new RateLimit(30, 60)
  #closing = false
  readonly #counts = { refused: new Map<string, number>(), unread: 0, handshakes: 0 }

  constructor(parts: UpgradeParts) {
    this.#parts = parts
    const { limits } = parts
    // Known to ws 8.19 and later, but not yet to its types.
    const closing = { closeTimeout: limits.closeWaitMs }
    const server = (maxPayload: number) =>
      new WebSocketServer({
        ...closing,
        noServer: true,
        clientTracking: false,
        perMessageDeflate: false,
        maxPayload,
        // Boards send text that is not always UTF-8: that is logged and counted, never fatal.
        skipUTF8Validation: true,
        handleProtocols: protocols =>
          protocols.has('darvaza.bearer') ? 'darvaza.bearer' : (protocols.values().next().value ?? false),
      })
    this.#servers = { camera: server(limits.frameBytes), text: server(limits.textBytes), viewer: server(4 * 1024) }
    this.#queue = new HandshakeQueue(limits.handshakeStaleMs, handshake => this.#admit(handshake))
    this.#unproven = new Slots(limits.refusalsHeldPerAddress, limits.refusalsHeldInAll)
    this.#probes = new Slots(limits.probesPerAddress, limits.refusalsHeldInAll)
  }

  /** For the metrics. */
  get counters(): { refused: ReadonlyMap<string, number>; stale: number; unread: number; handshakes: number } {
    return { ...this.#counts, stale: this.#queue.stale }
  }

  /** An `upgrade` request arrived whole. `acceptedTicks`: when its socket was accepted. */
  receive(request: IncomingMessage, socket: Socket, head: Buffer, acceptedTicks: number, entrance: Entrance): void {
    socket.on('error', ignore)
    this.#queue.add({ request, socket, head, acceptedTicks, entrance })
  }

  /**
   * Bytes that are no HTTP, or a handshake that never ended. TLS spoken to the plain port is told apart by its first
   * byte. Paced like every refusal; `rawPacket` may hold a secret and is not looked at any further.
   */
  garbage(socket: Socket, error: string, firstByte: number | undefined): void {
    if (socket.destroyed) return
    socket.on('error', ignore)
    const address = plainAddress(socket.remoteAddress ?? '')
    const [code, status] = garbageMeans(error, firstByte)
    const holding = this.#parts.refusals.next(addressKey(address), code, performance.now())
    this.#counts.refused.set(code, (this.#counts.refused.get(code) ?? 0) + 1)
    if (!socket.writable || holding.hold === 'full') return void socket.destroy()
    if (this.#rows.take(addressKey(address), performance.now()) === 0) {
      this.#parts.journal.note({ kind: 'refusal', address, text: `refused: ${code} (${error})`, data: { code, error } })
    }
    if (holding.hold === 'no') return answerAndClose(socket, code, undefined, status)
    holdThen(socket, holding.ms, () => answerAndClose(socket, code, undefined, status), holding.release)
  }

  /** From now on nobody gets in. */
  close(): void {
    this.#closing = true
  }

  #admit(handshake: Handshake): void {
    const { request, socket } = handshake
    const headers = firstHeaders(request.rawHeaders)
    request.headers = headers
    const { address, proxied } = this.#parts.proxies.clientOf(socket.remoteAddress ?? '', headers['x-forwarded-for'])
    const [rawPath = '', query = ''] = (request.url ?? '').split('?')
    const path = rawPath.length > 1 ? rawPath.replace(/\/+$/, '') : rawPath
    const visit: Visit = { ...handshake, path, query: new URLSearchParams(query), headers, address, proxied }
    this.#counts.handshakes++
    if (this.#closing) return answerAndClose(socket, 'shutting_down')
    if (path in boardPaths) return this.#board(visit)
    const view = viewPath.exec(path)
    if (view) return this.#viewer(visit, unescaped(view[1]!))
    this.#refuse(visit, 'not_found')
  }

  #board(visit: Visit): void {
    const { headers } = visit
    const presented = presentedToken(headers)
    if (presented.problem) return this.#refuse(visit, presented.problem, headers.authorization)
    if (!presented.token && visit.query.get('auth') === 'message') return this.#authByMessage(visit)
    const knock = this.#knock(visit, presented.token)
    if (headers['x-darvaza-probe'] === '1') return this.#probe(visit, knock)
    const tokenHash = presented.token === undefined ? undefined : sha256(presented.token)
    const answer = this.#parts.door.knock(knock, tokenHash)
    if ('refused' in answer) return this.#refuse(visit, answer.refused, presented.token, answer.device)
    this.#upgrade(visit, answer.device.kind === 'pico' ? 'text' : 'camera', ws =>
      attachBoard(ws, visit.socket, this.#parts.sessions, answer, this.#arrival(visit, presented.token, tokenHash)),
    )
  }

  #knock(visit: Visit, token: string | undefined): Knock {
    const { headers, path } = visit
    return {
      wants: boardPaths[path] ?? kindOfDeviceType(headers['x-device-type']),
      token,
      address: visit.address,
      deviceId: shortHeader(headers['x-device-id']),
      firmware: shortHeader(headers['x-device-version'], 64),
      local: isLocal(visit),
    }
  }

  #arrival(visit: Visit, token: string | undefined, tokenHash: string | undefined): Arrival {
    const { headers } = visit
    return {
      address: visit.address,
      path: visit.path,
      library: guessLibrary(headers),
      token,
      tokenHash,
      proxied: visit.proxied,
      deviceId: shortHeader(headers['x-device-id']),
      firmware: shortHeader(headers['x-device-version'], 64),
      headerLines: visit.request.rawHeaders.length / 2,
    }
  }

  #probe(visit: Visit, knock: Knock): void {
    const answer = this.#parts.door.wouldAdmit(knock)
    if ('refused' in answer) return this.#refuse(visit, answer.refused, knock.token)
    const release = this.#probes.take(addressKey(visit.address))
    if (!release) return this.#refuse(visit, 'probes_full', knock.token)
    this.#upgrade(visit, 'text', ws => attachProbe(ws, this.#parts.limits, release), release)
  }

  /** A client that cannot set headers: its first message is the token. Nothing is said to it before. */
  #authByMessage(visit: Visit): void {
    const release = this.#unproven.take(addressKey(visit.address))
    if (!release) return this.#refuse(visit, 'token_missing')
    const { limits, door, sessions } = this.#parts
    this.#upgrade(
      visit,
      'camera',
      ws => {
        limitPayload(ws, limits.authMessageBytes)
        const fail = (code: FailureCode, token?: string, device?: Device) => {
          this.#note(visit, code, token, device)
          ws.close(4001, code)
        }
        const timer = setTimeout(() => fail('auth_timeout'), limits.authMessageTimeoutMs)
        const settled = () => {
          clearTimeout(timer)
          release()
        }
        ws.on('error', ignore)
        ws.once('close', settled)
        ws.once('message', (data: Buffer, isBinary: boolean) => {
          settled()
          ws.off('close', settled)
          const token = isBinary ? undefined : authToken(data.toString())
          if (token === undefined) return fail('token_missing')
          const tokenHash = sha256(token)
          const answer = door.knock({ ...this.#knock(visit, token), local: false }, tokenHash)
          if ('refused' in answer) return fail(answer.refused, token, answer.device)
          limitPayload(ws, answer.device.kind === 'pico' ? limits.textBytes : limits.frameBytes)
          attachBoard(ws, visit.socket, sessions, answer, this.#arrival(visit, token, tokenHash))
        })
      },
      release,
    )
  }

  #viewer(visit: Visit, idOrName: string): void {
    const { registry, rooms, limits, operatorsNeedTls, identify } = this.#parts
    if (operatorsNeedTls && visit.entrance === 'plain') return this.#refuse(visit, 'tls_required')
    const { address, entrance, headers } = visit
    const asks = () => identify(headers, { address, entrance })
    const principal = asks()
    if (typeof principal === 'string') return this.#refuse(visit, principal, visit.headers.authorization)
    const device = registry.find(idOrName)
    if (!device || !authorize(principal, 'device.watch', device)) return this.#refuse(visit, 'device_not_found')
    if (device.state === 'pending') return this.#refuse(visit, 'device_pending')
    const room = rooms.of(device.id)
    if (room.viewers >= limits.viewersPerCamera) return this.#refuse(visit, 'viewers_full')
    const mayStay = () => {
      const now = asks()
      return typeof now !== 'string' && authorize(now, 'device.watch', device)
    }
    this.#upgrade(visit, 'viewer', ws => attachViewer(ws, visit.socket, room, mayStay))
  }

  #upgrade(
    visit: Visit,
    server: 'camera' | 'text' | 'viewer',
    onOpen: (ws: WebSocket) => void,
    onFailure: () => void = ignore,
  ): void {
    const { headers, request, socket, head } = visit
    if (
      request.method !== 'GET' ||
      headers['sec-websocket-version'] !== '13' ||
      !/^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')
    ) {
      onFailure()
      return this.#refuse(visit, 'handshake_invalid')
    }
    // The 101 and a board's first word leave in one write: a write is a third of what a handshake costs.
    socket.cork()
    this.#servers[server].handleUpgrade(request, socket, head, onOpen)
    socket.uncork()
  }

  /** Says no, with a reason. Repeated refusals are held, as boards come back without any delay. */
  #refuse(visit: Visit, code: FailureCode, presented?: string, device?: Device): void {
    const { socket, headers } = visit
    const key = addressKey(visit.address)
    const holding = this.#parts.refusals.next(key, presented === undefined ? '' : sha256(presented), performance.now())
    this.#counts.refused.set(code, (this.#counts.refused.get(code) ?? 0) + 1)
    if (holding.hold === 'full') {
      this.#counts.unread++
      socket.destroy()
      return
    }
    this.#note(visit, code, presented, device)
    const language = headers['accept-language']
    if (holding.hold === 'no') return answerAndClose(socket, code, language)
    holdThen(socket, holding.ms, () => answerAndClose(socket, code, language), holding.release)
  }

  /** Writes a refusal down, at most so many a minute from one address. */
  #note(visit: Visit, code: FailureCode, presented?: string, device?: Device): void {
    if (this.#rows.take(addressKey(visit.address), performance.now()) > 0) return
    const library = guessLibrary(visit.headers)
    this.#parts.journal.note({
      kind: 'refusal',
      deviceId: device?.id,
      address: visit.address,
      text: `refused at ${visit.path.slice(0, 64)}: ${code} (${library})`,
      data: {
        code,
        path: visit.path.slice(0, 64),
        library,
        headerLines: visit.request.rawHeaders.length / 2,
        proxied: visit.proxied || undefined,
        saysItIs: shortHeader(visit.headers['x-device-id'], 64),
        // Never the token: only enough of its hash to tell two apart.
        tokenFingerprint: presented === undefined ? undefined : sha256(presented).slice(0, 8),
      },
    })
  }
}

const ignore = (): void => {}

/** Part of a path as it was meant; as it came where its percent signs mean nothing. */
function unescaped(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The largest message ws takes on this socket from now on: it has no public way to change that after the handshake. */
function limitPayload(ws: WebSocket, bytes: number): void {
  ;(ws as unknown as { _receiver: { _maxPayload: number } })._receiver._maxPayload = bytes
}

function authToken(text: string): string | undefined {
  try {
    return authSchema.safeParse(JSON.parse(text)).data?.token.trim()
  } catch {
    return undefined
  }
}

/** What Node's error about a request means, with the HTTP status that says so. */
function garbageMeans(error: string, firstByte: number | undefined): [FailureCode, number] {
  // 0x16: a TLS handshake record (RFC 8446 §5.1).
  if (firstByte === 0x16) return ['tls_on_plain_port', 400]
  if (error === 'ERR_HTTP_REQUEST_TIMEOUT') return ['handshake_timeout', 408]
  if (error === 'HPE_HEADER_OVERFLOW') return ['headers_too_large', 431]
  return ['handshake_invalid', 400]
}

const localNames = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i

/** From this very machine, under one of its own names, with no hint of a proxy or a foreign site. */
function isLocal({ socket, headers }: Visit): boolean {
  if (!isLoopback(socket.remoteAddress ?? '') || !localNames.test(headers.host ?? '')) return false
  if (forwardingHeaders.some(name => headers[name] !== undefined)) return false
  if (headers.origin === undefined) return true
  return URL.canParse(headers.origin) && localNames.test(new URL(headers.origin).host)
}
