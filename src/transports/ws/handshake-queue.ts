import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Entrance } from '../entrance.ts'

/** Handshakes waiting at once that make a crowd: more than a busy house ever has without a storm. */
const crowd = 64
/** Handshakes are served for this long, then live boards and viewers get their turn. */
const turnMs = 8

/** A WebSocket handshake that arrived whole. */
export interface Handshake {
  request: IncomingMessage
  socket: Socket
  head: Buffer
  /** When its socket was accepted, on the monotonic clock. */
  acceptedTicks: number
  entrance: Entrance
}

/**
 * Handshakes, the newest first, for a few milliseconds at a time: when all boards come at once, those served in order
 * of arrival would each be answered just after they gave up. While there is such a crowd, what is older than `staleMs`
 * is dropped before any work; without one, a handshake may trickle in as slowly as its board writes.
 */
export class HandshakeQueue {
  readonly #waiting: Handshake[] = []
  readonly #admit: (handshake: Handshake) => void
  readonly #staleMs: number
  #scheduled = false
  #crowded = false
  /** Dropped because they were too old. */
  stale = 0

  constructor(staleMs: number, admit: (handshake: Handshake) => void) {
    this.#staleMs = staleMs
    this.#admit = admit
  }

  add(handshake: Handshake): void {
    this.#waiting.push(handshake)
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(this.#serve)
  }

  readonly #serve = (): void => {
    this.#scheduled = false
    const started = performance.now()
    this.#crowded ||= this.#waiting.length > crowd
    for (let next = this.#waiting.pop(); next; next = this.#waiting.pop()) {
      const now = performance.now()
      if (next.socket.destroyed || (this.#crowded && now - next.acceptedTicks > this.#staleMs)) {
        this.stale++
        next.socket.destroy()
      } else {
        this.#admit(next)
      }
      if (now - started > turnMs && this.#waiting.length > 0) {
        this.#scheduled = true
        setImmediate(this.#serve)
        return
      }
    }
    this.#crowded = false
  }
}
