import type { Cancel, Clock } from '../clock.ts'
import { atBoundary, type FaultSink } from '../faults/faults.ts'
import type { Limits } from '../limits.ts'

/** A connection that is kept alive. */
export interface KeptAlive {
  /** The place on the wheel, set by the wheel alone. */
  spoke: number
  keepAlive(turn: 'text' | 'protocol'): void
}

/** The number of parts in a turn: with only ten, each part of ten thousand boards blocked the event loop for 25 ms. */
const spokes = 100
/** Every board is checked once in this many parts, which is once a second. */
const round = 10

/**
 * One wheel for the keep-alives of all boards: no board needs its own timer, and they are never all pinged at once. In
 * each turn (`pingEveryMs`), every spoke gets a text ping, and a protocol ping half a turn later.
 */
export class KeepAliveWheel<Board extends KeptAlive> {
  readonly #spokes: Set<Board>[]
  readonly #clock: Clock
  readonly #stepMs: number
  readonly #faults: FaultSink
  #position = 0
  #next = 0
  #cancel: Cancel = () => {}

  constructor(clock: Clock, limits: Pick<Limits, 'pingEveryMs'>, faults: FaultSink) {
    this.#clock = clock
    this.#faults = faults
    this.#spokes = Array.from({ length: spokes }, () => new Set())
    this.#stepMs = limits.pingEveryMs / spokes
  }

  /**
   * Turns until stopped. `look` is called for each board every `pingEveryMs / 10`, `fail` for a board whose `look` or
   * keep-alive threw, and `afterAll` whenever all boards were checked.
   */
  start(look: (board: Board) => void, fail: (board: Board) => void, afterAll: () => void): void {
    let dueTicks = this.#clock.ticks() + this.#stepMs
    const step = () => {
      const ticks = this.#clock.ticks()
      // A late timer catches up on at most one round: after a machine's sleep, no board gets both pings at once.
      for (let part = 0; part < round && dueTicks <= ticks; part++) {
        this.#turn(look, fail)
        if (this.#position % round === 0) atBoundary(this.#faults, 'timer', afterAll)
        dueTicks += this.#stepMs
      }
      dueTicks = Math.max(dueTicks, ticks)
      this.#cancel = this.#clock.after(dueTicks - ticks, step)
    }
    this.#cancel = this.#clock.after(this.#stepMs, step)
  }

  stop(): void {
    this.#cancel()
  }

  /** New boards are spread over the spokes, so that boards that came together are not pinged together. */
  add(board: Board): void {
    board.spoke = this.#next++ % spokes
    this.#spokes[board.spoke]!.add(board)
  }

  remove(board: Board): void {
    this.#spokes[board.spoke]?.delete(board)
  }

  #turn(look: (board: Board) => void, fail: (board: Board) => void): void {
    const position = this.#position
    this.#each(position, board => board.keepAlive('text'), fail)
    this.#each((position + spokes / 2) % spokes, board => board.keepAlive('protocol'), fail)
    for (let spoke = position % round; spoke < spokes; spoke += round) this.#each(spoke, look, fail)
    this.#position = (position + 1) % spokes
  }

  /** Calls `act` for each board of a spoke. An exception for one board does not affect the others. */
  #each(spoke: number, act: (board: Board) => void, fail: (board: Board) => void): void {
    for (const board of this.#spokes[spoke]!) {
      try {
        act(board)
      } catch (error) {
        this.#faults.caught('keep-alive', error)
        atBoundary(this.#faults, 'closing', () => fail(board))
      }
    }
  }
}
