import type { Socket } from 'node:net'
import { atBoundary, type FaultSink } from '../../core/faults/faults.ts'
import type { RawHandshake, WholeHandshake } from '../tcp/handshake-reader.ts'
import type { ListenerKind } from '../tcp/listener-kind.ts'
import { RawConnection } from '../tcp/raw-connection.ts'
import { shapeOf } from '../tcp/request-shape.ts'

/** Handshakes waiting at once that make a crowd: more than there ever are without a storm of reconnects. */
const crowd = 64
/** Handshakes are served for this long, then live boards and viewers get their turn: with 4 ms cameras' p99 was twice as long. */
const turnMs = 1

export interface HandshakeQueueHandlers {
  /** Answers a handshake that was read. */
  onRead(handshake: RawHandshake, socket: Socket, listenerKind: ListenerKind): void
  /** The handshake of this socket threw an exception. */
  onFailed(socket: Socket): void
}

interface QueuedHandshake {
  handshake: WholeHandshake
  listenerKind: ListenerKind
}

/** Whether the socket is closed or reset, or the board's FIN was received. */
const isGone = (socket: Socket): boolean =>
  socket.destroyed || !socket.readable || (socket instanceof RawConnection && socket.hasEnded)

/**
 * Serves handshakes, the newest first, for a millisecond at a time: when all boards come at once and are served in
 * order of arrival, each is answered just after it gave up. While there is such a crowd, and `staleMs` after it, those
 * older than `staleMs` are dropped unread; without one, a handshake may arrive as slowly as its board writes.
 */
export class HandshakeQueue {
  readonly #arrived: QueuedHandshake[] = []
  readonly #waiting: QueuedHandshake[] = []
  readonly #handlers: HandshakeQueueHandlers
  readonly #faults: FaultSink
  readonly #staleMs: number
  #scheduled = false
  #crowdedUntilTicks = 0
  /** Handshakes dropped because they were too old. */
  stale = 0

  /** An exception in `onRead` concerns its own handshake only: the others are served. */
  constructor(staleMs: number, handlers: HandshakeQueueHandlers, faults: FaultSink) {
    this.#staleMs = staleMs
    this.#handlers = handlers
    this.#faults = faults
  }

  add(handshake: WholeHandshake, listenerKind: ListenerKind): void {
    this.#arrived.push({ handshake, listenerKind })
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
    // New handshakes are served in the next turn, after the loop has read the network once more: the FIN of a board
    // that left meanwhile is queued right behind its request, and has to be read first.
    for (const queued of this.#arrived) this.#waiting.push(queued)
    this.#arrived.length = 0
    if (this.#waiting.length > 0) this.#schedule()
  }

  #serve(): void {
    const started = performance.now()
    // One turn of the loop reads only a part of a crowd, so an empty queue does not mean that the crowd is over.
    if (this.#waiting.length > crowd) this.#crowdedUntilTicks = started + this.#staleMs
    const crowded = started < this.#crowdedUntilTicks
    for (let next = this.#waiting.pop(); next; next = this.#waiting.pop()) {
      const now = performance.now()
      this.#serveOne(next, crowded && now - next.handshake.acceptedTicks > this.#staleMs)
      if (now - started > turnMs) return
    }
  }

  #serveOne({ handshake, listenerKind }: QueuedHandshake, isStale: boolean): void {
    const { socket } = handshake
    let read: RawHandshake | undefined
    atBoundary(
      this.#faults,
      'handshake',
      () => {
        if (isStale || isGone(socket)) return this.#drop(socket)
        // No answer can be written any more.
        if (!socket.writable) return void socket.destroy()
        read = handshake.read()
        if (read) this.#handlers.onRead(read, socket, listenerKind)
      },
      () => this.#handlers.onFailed(socket),
      () => (read ? shapeOf(read.request) : { bytes: socket.bytesRead }),
    )
  }

  #drop(socket: Socket): void {
    this.stale++
    if (socket instanceof RawConnection) socket.closeLater()
    else socket.destroy()
  }
}
