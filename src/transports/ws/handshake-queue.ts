import type { Socket } from 'node:net'
import type { FaultSink } from '../../core/faults/faults.ts'
import type { RawHandshake } from '../tcp/handshake-reader.ts'
import type { ListenerKind } from '../tcp/listener-kind.ts'
import { RawConnection } from '../tcp/raw-connection.ts'

/** Handshakes waiting at once that make a crowd: more than a busy house ever has without a storm. */
const crowd = 64
/** Handshakes are served for this long, then live boards and viewers get their turn: with 4 ms cameras' p99 was twice as long. */
const turnMs = 1

/** A WebSocket handshake that arrived whole. */
export interface QueuedHandshake {
  socket: Socket
  /** When its socket was accepted, on the monotonic clock. */
  acceptedTicks: number
  listenerKind: ListenerKind
  /** What it says, once: reading it costs more than dropping it. Undefined: it comes again, by another way. */
  read: () => RawHandshake | undefined
}

/** Closed, reset, or its board's FIN has come. */
const isGone = (socket: Socket): boolean =>
  socket.destroyed || !socket.readable || (socket instanceof RawConnection && socket.gone)

/**
 * Handshakes, the newest first, for a millisecond at a time: when all boards come at once, those served in order
 * of arrival would each be answered just after they gave up. While there is such a crowd, and `staleMs` after it,
 * what is older than that is dropped before any work; without one, a handshake may trickle in as slowly as its board writes.
 */
export class HandshakeQueue {
  readonly #arrived: QueuedHandshake[] = []
  readonly #waiting: QueuedHandshake[] = []
  readonly #admit: (handshake: QueuedHandshake) => void
  readonly #faults: FaultSink
  readonly #staleMs: number
  #scheduled = false
  #crowdedUntilTicks = 0
  /** Dropped because they were too old. */
  stale = 0

  /** An exception in `admit` closes its handshake's socket, and the others are served. */
  constructor(staleMs: number, admit: (handshake: QueuedHandshake) => void, faults: FaultSink) {
    this.#staleMs = staleMs
    this.#admit = admit
    this.#faults = faults
  }

  add(handshake: QueuedHandshake): void {
    this.#arrived.push(handshake)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(this.#turn)
  }

  readonly #turn = (): void => {
    this.#scheduled = false
    this.#serve()
    // Who came in this turn is served in the next, after one more look at the network: a board that hung up while we
    // were busy has its goodbye waiting right behind its request, and shall not be taken for one that is there.
    for (const handshake of this.#arrived) this.#waiting.push(handshake)
    this.#arrived.length = 0
    if (this.#waiting.length > 0) this.#schedule()
  }

  #serve(): void {
    const started = performance.now()
    // Of a crowd only a part is heard in each turn of the loop: it is not over when the queue is empty.
    if (this.#waiting.length > crowd) this.#crowdedUntilTicks = started + this.#staleMs
    const crowded = started < this.#crowdedUntilTicks
    for (let next = this.#waiting.pop(); next; next = this.#waiting.pop()) {
      const now = performance.now()
      try {
        if (isGone(next.socket) || (crowded && now - next.acceptedTicks > this.#staleMs)) {
          this.stale++
          if (next.socket instanceof RawConnection) next.socket.letGo()
          else next.socket.destroy()
        } else {
          this.#admit(next)
        }
      } catch (error) {
        this.#faults.caught('handshake', error)
        next.socket.destroy()
      }
      if (now - started > turnMs) return
    }
  }
}
