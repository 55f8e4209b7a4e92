import type { Socket } from 'node:net'
import { atBoundary, type FaultSink } from '../../core/faults/faults.ts'
import { RawConnection } from './raw-connection.ts'

/** In one turn of the loop: one to seven milliseconds. */
const mostPerTurn = 128

/**
 * For goodbyes, as thousands can come in one moment: the power of a street, a proxy that starts again. Node reads all
 * that is readable before its loop turns, and goes on as long as more comes: eight thousand ends held it up for 30 to
 * 250 ms. Once enough came in one turn, quiet wires are not read any more, and read on by later turns. Cameras are not
 * quiet: what they say comes at once, goodbyes included.
 */
export class CloseThrottle {
  readonly #sockets: Iterable<Socket>
  readonly #faults: FaultSink
  #thisTurn = 0
  readonly #stopped: RawConnection[] = []

  /** `sockets`: all there are, wires among them. */
  constructor(sockets: Iterable<Socket>, faults: FaultSink) {
    this.#sockets = sockets
    this.#faults = faults
  }

  /** One more has hung up, or was reset. */
  count(): void {
    if (++this.#thisTurn === 1) setImmediate(this.#turn)
    if (this.#thisTurn === mostPerTurn) this.#stop()
  }

  #stop(): void {
    for (const socket of this.#sockets)
      if (socket instanceof RawConnection && socket.reader.isQuiet && socket.stop()) this.#stopped.push(socket)
  }

  readonly #turn = (): void => {
    this.#thisTurn = 0
    for (const connection of this.#stopped.splice(-mostPerTurn))
      atBoundary(
        this.#faults,
        'scheduling',
        () => connection.readOn(),
        () => connection.destroy(),
      )
    // Were none of these to hang up, no turn would come for the others.
    if (this.#stopped.length > 0) this.count()
  }
}
