import type { FromDashboard, ToDashboard } from '#protocol/dashboard.ts'
import { Signal } from '../signal.ts'

/** `waiting`: the line was lost and will be dialled again by itself. `resting`: the person has too many pages; it waits for their word. */
export type SocketState = 'closed' | 'connecting' | 'open' | 'waiting' | 'resting'

export interface SocketEvents {
  opened(): void
  message(message: ToDashboard): void
  picture(bytes: ArrayBuffer): void
  /** The gateway ended the session: 4001. */
  dismissed(): void
}

/** `pages_too_many`. Dialling again by itself would push another page out, which would do the same. */
const restCode = 4501

const firstDelayMs = 400
const longestDelayMs = 12_000
/** Silence this long on an open line, with a ping under way, means that it is dead though nobody said so. */
const silenceMs = 12_000
const pingEveryMs = 5_000

/** The page's one socket. Lost, it dials again: each time later, never at the same moment as all the other pages. */
export class GatewaySocket {
  readonly state = new Signal<SocketState>('closed')
  readonly #events: SocketEvents
  #socket: WebSocket | undefined
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #pinger: ReturnType<typeof setInterval> | undefined
  #heardAt = 0
  #pingId = 0
  /** This machine's clock when the last ping left, epoch ms. */
  pingedAt = 0

  constructor(events: SocketEvents) {
    this.#events = events
  }

  open(): void {
    if (this.state.value !== 'closed') return
    addEventListener('online', this.#now)
    document.addEventListener('visibilitychange', this.#now)
    this.#dial()
  }

  /** Here is where the person is now. */
  wake(): void {
    if (this.state.value !== 'resting') return
    this.state.set('waiting')
    this.#dial()
  }

  close(): void {
    removeEventListener('online', this.#now)
    document.removeEventListener('visibilitychange', this.#now)
    clearTimeout(this.#retry)
    this.#drop()
    this.state.set('closed')
  }

  /** False when there is no line: what is said then is lost, and whoever says it must say it again when it opens. */
  send(message: FromDashboard): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(JSON.stringify(message))
    return true
  }

  readonly #now = (): void => {
    if (this.state.value === 'waiting' && !document.hidden) this.#dial()
  }

  #dial(): void {
    clearTimeout(this.#retry)
    if (this.state.value !== 'waiting') this.state.set('connecting')
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws/dashboard`)
    socket.binaryType = 'arraybuffer'
    this.#drop()
    this.#socket = socket
    socket.onopen = () => {
      this.#heardAt = Date.now()
      this.#pinger = setInterval(() => this.#check(), pingEveryMs)
      this.#ping()
    }
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#heardAt = Date.now()
      if (typeof data !== 'string') return this.#events.picture(data)
      const message = JSON.parse(data) as ToDashboard
      // A socket that opens and closes at once must not count as success: only the gateway's own word does.
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
      if (code === restCode) return this.state.set('resting')
      if (code === 4001) this.#events.dismissed()
      this.#later()
    }
  }

  #later(): void {
    this.state.set('waiting')
    const most = Math.min(longestDelayMs, firstDelayMs * 2 ** this.#attempt++)
    this.#retry = setTimeout(() => this.#dial(), most / 2 + (Math.random() * most) / 2)
  }

  #check(): void {
    if (Date.now() - this.#heardAt <= silenceMs) return this.#ping()
    this.#drop()
    this.#later()
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
