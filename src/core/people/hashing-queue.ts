import { DarvazaError } from '../../errors/errors.ts'
import type { Limits } from '../limits.ts'

/**
 * The ranks of requests that need a password hash, served in this order. `proven`: the request has the secret of an
 * owner's link or an invitation. `known`: it came from a device on which the person signed in before, or is signed in.
 */
export const hashingRanks = ['proven', 'known', 'unknown'] as const
export type HashingRank = (typeof hashingRanks)[number]

export interface HashingTurn {
  rank: HashingRank
  /** Requests with the same key count as one client's: an `addressKey`, or the id of a known device. */
  place: string
  /** Whether the client has disconnected; called when the turn comes. */
  isGone?: () => boolean
}

interface Waiting {
  start: () => void
  refuse: (error: DarvazaError) => void
  isGone: (() => boolean) | undefined
}

/** A scrypt hash takes 0.2 to 0.5 s on common machines. `retryAfterS` is this for each waiting hash, and one more. */
const hashS = 0.3

/**
 * Runs one password hash at a time: a hash takes 32 MiB and a core for up to 0.5 s, and the same machine serves boards.
 * Other requests wait, limited in number for each client and in all: better ranks go first, and within a rank the
 * clients take turns. When the queue is full, a request of the client with the most waiting requests is refused in
 * favour of a client with fewer.
 */
export class HashingQueue {
  readonly #limits: Pick<Limits, 'hashesWaitingPerAddress' | 'hashesWaitingInAll'>
  readonly #queues: Readonly<Record<HashingRank, RankQueue>> = {
    proven: new RankQueue(),
    known: new RankQueue(),
    unknown: new RankQueue(),
  }
  #isBusy = false

  constructor(limits: Pick<Limits, 'hashesWaitingPerAddress' | 'hashesWaitingInAll'>) {
    this.#limits = limits
  }

  /** The number of waiting requests. */
  get waiting(): number {
    return hashingRanks.reduce((sum, rank) => sum + this.#queues[rank].size, 0)
  }

  /** Runs `work` when its turn comes. @throws DarvazaError sign_in_busy */
  async run<T>(turn: HashingTurn, work: () => Promise<T>): Promise<T> {
    if (this.#isBusy) await this.#wait(turn)
    else this.#isBusy = true
    try {
      return await work()
    } finally {
      this.#next()
    }
  }

  #wait({ rank, place, isGone }: HashingTurn): Promise<void> {
    this.#ensureCapacity(rank, place)
    return new Promise((start, refuse) => this.#queues[rank].add(place, { start, refuse, isGone }))
  }

  #next(): void {
    for (const rank of hashingRanks) {
      for (let one = this.#queues[rank].take(); one !== undefined; one = this.#queues[rank].take()) {
        if (!one.isGone?.()) return one.start()
        one.refuse(this.#busy())
      }
    }
    this.#isBusy = false
  }

  /** Refuses a request if the queue is full, but never a proven one: it has a 256-bit secret that an owner issued. */
  #ensureCapacity(rank: HashingRank, place: string): void {
    const { hashesWaitingPerAddress, hashesWaitingInAll } = this.#limits
    const own = this.#queues[rank].waitingOf(place)
    if (rank !== 'proven' && own >= hashesWaitingPerAddress) throw this.#busy()
    if (this.waiting < hashesWaitingInAll) return
    const { unknown, known } = this.#queues
    const isWorse = rank !== 'unknown' && unknown.size > 0
    const dropped = isWorse
      ? unknown.dropOfMostCrowded(1)
      : (rank === 'proven' ? known : this.#queues[rank]).dropOfMostCrowded(rank === 'proven' ? 1 : own + 2)
    if (dropped) dropped.refuse(this.#busy())
    else if (rank !== 'proven') throw this.#busy()
  }

  #busy(): DarvazaError {
    return new DarvazaError('sign_in_busy', { retryAfterS: Math.ceil((this.waiting + 1) * hashS) })
  }
}

/** The waiting requests of one rank: the clients take turns, and each client's requests are served in order. */
class RankQueue {
  readonly #places = new Map<string, Waiting[]>()
  size = 0

  waitingOf(place: string): number {
    return this.#places.get(place)?.length ?? 0
  }

  add(place: string, one: Waiting): void {
    const waiting = this.#places.get(place)
    if (waiting) waiting.push(one)
    else this.#places.set(place, [one])
    this.size++
  }

  take(): Waiting | undefined {
    for (const [place, waiting] of this.#places) {
      const one = waiting.shift()
      // The client moves to the end of the round.
      this.#places.delete(place)
      if (waiting.length > 0) this.#places.set(place, waiting)
      this.size--
      return one
    }
    return undefined
  }

  /** Removes the newest request of the client with the most waiting requests, if it has at least `atLeast`. */
  dropOfMostCrowded(atLeast: number): Waiting | undefined {
    let most: [place: string, waiting: Waiting[]] | undefined
    for (const entry of this.#places) if (entry[1].length > (most?.[1].length ?? 0)) most = entry
    if (!most || most[1].length < atLeast) return undefined
    const [place, waiting] = most
    const one = waiting.pop()
    if (waiting.length === 0) this.#places.delete(place)
    this.size--
    return one
  }
}
