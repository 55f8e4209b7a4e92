import type { Socket } from 'node:net'
import { atBoundary, type FaultSink } from '../../core/faults/faults.ts'
import { type CloseCounter, RawConnection } from './raw-connection.ts'

/** The most closes in one turn of the loop; they take one to seven milliseconds. */
const mostPerTurn = 128

/**
 * Spreads the ends of many connections over turns of the loop: a power cut or the restart of a proxy ends thousands at
 * once. Node reads all that is readable before its loop turns, and goes on as long as more comes: eight thousand ends
 * blocked it for 30 to 250 ms. After `mostPerTurn` ends in one turn, quiet connections are not read any more, and are
 * resumed in later turns. Cameras are not quiet: their input is read at once, their ends included.
 */
export class CloseThrottle implements CloseCounter {
  readonly #sockets: Iterable<Socket>
  readonly #faults: FaultSink
  #thisTurn = 0
  readonly #stopped: RawConnection[] = []

  /** `sockets`: all sockets of the listener, raw connections among them. */
  constructor(sockets: Iterable<Socket>, faults: FaultSink) {
    this.#sockets = sockets
    this.#faults = faults
  }

  countEnd(): void {
    if (++this.#thisTurn === 1) setImmediate(this.#turn)
    if (this.#thisTurn === mostPerTurn) this.#stopQuiet()
  }

  #stopQuiet(): void {
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
    // Re-arm: the remaining connections are resumed in later turns, also if none of these ends.
    if (this.#stopped.length > 0) this.countEnd()
  }
}
