import type { FromDashboard, ToDashboard } from '#protocol/dashboard.ts'
import { Signal } from '../signal.ts'

/**
 * `waiting`: the connection was lost, and the next attempt is scheduled. `paused`: the person has too many pages open,
 * and this page connects again only at the person's request.
 */
export type SocketState = 'closed' | 'connecting' | 'open' | 'waiting' | 'paused'

export interface SocketEvents {
  opened(): void
  message(message: ToDashboard): void
  picture(bytes: ArrayBuffer): void
  /** The gateway closed the socket with 4001: the session has ended. */
  sessionEnded(): void
}

/** Close code of `pages_too_many`. A page that reconnected by itself would displace another, which would do so too. */
const tooManyPagesCode = 4501

const firstDelayMs = 400
const longestDelayMs = 12_000
/** An open connection counts as lost when it has received nothing for this long, although pings were sent. */
const silenceMs = 12_000
const pingEveryMs = 5_000

/** The page's one socket. It reconnects with growing, randomised delays, so that pages do not all return at once. */
export class GatewaySocket {
  readonly state = new Signal<SocketState>('closed')
  readonly #events: SocketEvents
  #socket: WebSocket | undefined
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #pinger: ReturnType<typeof setInterval> | undefined
  #receivedAt = 0
  #pingId = 0
  /** When the last ping was sent, by this machine's clock, epoch ms. */
  pingedAt = 0

  constructor(events: SocketEvents) {
    this.#events = events
  }

  open(): void {
    if (this.state.value !== 'closed') return
    addEventListener('online', this.#retryNow)
    document.addEventListener('visibilitychange', this.#retryNow)
    this.#connect()
  }

  /** Connects a paused page again. */
  resume(): void {
    if (this.state.value !== 'paused') return
    this.state.set('waiting')
    this.#connect()
  }

  close(): void {
    removeEventListener('online', this.#retryNow)
    document.removeEventListener('visibilitychange', this.#retryNow)
    clearTimeout(this.#retry)
    this.#drop()
    this.state.set('closed')
  }

  /** Returns false without a connection: the message is dropped, and the caller repeats it after the next `opened`. */
  send(message: FromDashboard): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(JSON.stringify(message))
    return true
  }

  readonly #retryNow = (): void => {
    if (this.state.value === 'waiting' && !document.hidden) this.#connect()
  }

  #connect(): void {
    clearTimeout(this.#retry)
    if (this.state.value !== 'waiting') this.state.set('connecting')
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws/dashboard`)
    socket.binaryType = 'arraybuffer'
    this.#drop()
    this.#socket = socket
    socket.onopen = () => {
      this.#receivedAt = Date.now()
      this.#pinger = setInterval(() => this.#checkAlive(), pingEveryMs)
      this.#ping()
    }
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#receivedAt = Date.now()
      if (typeof data !== 'string') return this.#events.picture(data)
      const message = JSON.parse(data) as ToDashboard
      // Only the gateway's hello counts as success: a socket may open and be closed at once.
      if (message.type === 'hello') {
        this.#attempt = 0
        this.state.set('open')
        this.#events.opened()
      }
      this.#events.message(message)
    }
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket) return
      this.#drop()
      if (code === tooManyPagesCode) return this.state.set('paused')
      if (code === 4001) this.#events.sessionEnded()
      this.#retryLater()
    }
  }

  #retryLater(): void {
    this.state.set('waiting')
    const most = Math.min(longestDelayMs, firstDelayMs * 2 ** this.#attempt++)
    this.#retry = setTimeout(() => this.#connect(), most / 2 + (Math.random() * most) / 2)
  }

  #checkAlive(): void {
    if (Date.now() - this.#receivedAt <= silenceMs) return this.#ping()
    this.#drop()
    this.#retryLater()
  }

  #ping(): void {
    this.pingedAt = Date.now()
    this.send({ type: 'ping', id: ++this.#pingId })
  }

  #drop(): void {
    clearInterval(this.#pinger)
    const socket = this.#socket
    this.#socket = undefined
    if (!socket) return
    socket.onclose = socket.onmessage = socket.onopen = null
    socket.close()
  }
}
