import type { WebSocket, WebSocketServer } from 'ws'
import { closeCodes } from '#protocol/close-codes.ts'
import { type Action, authorize, type Principal } from '../../core/access/access.ts'
import type { PageConnection, PersonPrincipal } from '../../core/dashboard/page-session.ts'
import type { PageSessions } from '../../core/dashboard/page-sessions.ts'
import { atBoundary, type FaultSink } from '../../core/faults/faults.ts'
import { closeCodeOf, type FailureCode, languageOf } from '../../errors/errors.ts'
import { type HandshakeRequest, requestFor } from './handshake-request.ts'
import { keepViewerAlive } from './keep-viewer-alive.ts'
import { answerAndClose } from './refusal-answer.ts'
import { upgradeServer } from './upgrade-server.ts'
import { writePicture } from './write-picture.ts'

/** Largest message that a page may send: it may name a thousand cameras. */
const messageBytes = 128 * 1024
/** Unsent bytes above which a page counts as dead. */
const unreadBytes = 8 * 1024 * 1024

type Identify = (handshake: HandshakeRequest) => Principal | FailureCode

/** The endpoint of the dashboard's pages: they need their session's cookie, and the gateway's own site as origin. */
export class DashboardEndpoint {
  readonly #pageSessions: PageSessions
  readonly #identify: Identify
  readonly #publicUrl: string | undefined
  readonly #operatorsNeedTls: boolean
  readonly #faults: FaultSink
  readonly #server: WebSocketServer
  readonly #open = new Set<WebSocket>()

  constructor(parts: {
    pageSessions: PageSessions
    identify: Identify
    publicUrl: string | undefined
    operatorsNeedTls: boolean
    faults: FaultSink
    closeWaitMs: number
  }) {
    this.#pageSessions = parts.pageSessions
    this.#identify = parts.identify
    this.#publicUrl = parts.publicUrl
    this.#operatorsNeedTls = parts.operatorsNeedTls
    this.#faults = parts.faults
    this.#server = upgradeServer({ closeWaitMs: parts.closeWaitMs, messageBytes })
  }

  /** A valid handshake for the dashboard. */
  receive(handshake: HandshakeRequest, action: Action): void {
    const { socket, headers, head } = handshake
    const refuse = (code: FailureCode) => answerAndClose(socket, code, headers['accept-language'])
    if (this.#operatorsNeedTls && handshake.listenerKind === 'plain') return refuse('tls_required')
    const identify = () => this.#identify(handshake)
    const principal = identify()
    const isPerson = typeof principal !== 'string' && authorize(principal, action)
    // A page whose session ended needs the close code, as browsers hide the answer to a handshake from it.
    const isOver = principal === 'session_missing'
    const isShown = principal === 'foreign_origin' || principal === 'store_unavailable'
    if (!isPerson && !isOver) return refuse(isShown ? principal : 'session_missing')
    this.#server.handleUpgrade(requestFor(handshake), socket, head, ws => {
      if (isPerson) this.#attach(ws, handshake, principal as PersonPrincipal, identify)
      else {
        ws.on('error', () => {})
        ws.close(closeCodeOf('session_missing'), 'session_missing')
      }
    })
  }

  /** Sends every page the Close for the gateway's shutdown. */
  close(): void {
    for (const ws of this.#open)
      atBoundary(this.#faults, 'closing', () => ws.close(closeCodes.goingAway, 'shutting_down'))
  }

  #attach(
    ws: WebSocket,
    { socket, headers, encrypted }: HandshakeRequest,
    person: PersonPrincipal,
    identify: () => Principal | FailureCode,
  ): void {
    const connection: PageConnection = {
      say(message) {
        if (ws.readyState !== ws.OPEN) return
        if (ws.bufferedAmount > unreadBytes) return ws.terminate()
        ws.send(JSON.stringify(message))
      },
      show(head, jpeg) {
        if (ws.readyState === ws.OPEN) writePicture(socket, head, jpeg)
      },
      close(why) {
        ws.close(closeCodeOf(why), why)
      },
    }
    const base = this.#publicUrl ?? `http${encrypted ? 's' : ''}://${headers.host}`
    const pageSession = this.#pageSessions.open(
      person,
      connection,
      { language: languageOf(headers['accept-language']), base },
      identify,
    )
    this.#open.add(ws)
    // Exceptions in any call to this page are caught: they close this page, and no other.
    const at = (act: () => void) =>
      atBoundary(this.#faults, 'page', act, () => ws.close(closeCodes.internal, 'internal'))
    keepViewerAlive(ws, at)
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary && ws.readyState === ws.OPEN) at(() => pageSession.receive(data.toString()))
    })
    ws.on('error', () => {})
    ws.on('close', () => {
      this.#open.delete(ws)
      atBoundary(this.#faults, 'closing', () => this.#pageSessions.remove(pageSession))
    })
  }
}
