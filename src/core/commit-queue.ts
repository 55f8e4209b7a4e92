interface Place {
  /** The item's number, which grows with each item added to any queue. */
  number: number
  bytes: number
}

/** The most items that may wait at one priority. */
export interface CommitQueueLimits {
  items: number
  bytes: number
}

export const unlimited: CommitQueueLimits = { items: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }

/** One queue of a `GroupCommit`: first in, first out. A waiting item keeps its place when it is added again. */
export class CommitQueue<Item> {
  readonly #limits: CommitQueueLimits
  readonly #bytesOf: (item: Item) => number
  #waiting = new Map<Item, Place>()
  #underWay = new Map<Item, Place>()
  #bytes = 0
  /** Whether an item was refused since the last commit. */
  overflowing = false

  constructor(limits: CommitQueueLimits, bytesOf: (item: Item) => number) {
    this.#limits = limits
    this.#bytesOf = bytesOf
  }

  /** The number of items not yet stored. */
  get size(): number {
    return this.#waiting.size + this.#underWay.size
  }

  /** The oldest item not yet stored. */
  get oldest(): Item | undefined {
    for (const item of this.#underWay.keys()) return item
    for (const item of this.#waiting.keys()) return item
    return undefined
  }

  /** Whether everything numbered up to `number` is stored. */
  isStored(number: number): boolean {
    for (const place of this.#underWay.values()) return place.number > number
    for (const place of this.#waiting.values()) return place.number > number
    return true
  }

  /** Adds an item. Returns false if the queue is full and the item is not kept. */
  add(item: Item, number: number): boolean {
    if (this.#waiting.has(item)) return true
    const bytes = this.#bytesOf(item)
    if (this.size >= this.#limits.items || this.#bytes + bytes > this.#limits.bytes) {
      this.overflowing = true
      return false
    }
    this.#waiting.set(item, { number, bytes })
    this.#bytes += bytes
    return true
  }

  /** Takes the oldest items to store them: at most `items`, and no further one after they reach `bytes`. */
  take(items: number, bytes: number): { items: Item[]; bytes: number } {
    if (this.#underWay.size === 0 && this.#waiting.size <= items && this.#bytes <= bytes) {
      this.#underWay = this.#waiting
      this.#waiting = new Map()
      return { items: [...this.#underWay.keys()], bytes: this.#bytes }
    }
    let taken = 0
    for (const [item, place] of this.#waiting) {
      if (this.#underWay.size >= items || taken >= bytes) break
      this.#waiting.delete(item)
      this.#underWay.set(item, place)
      taken += place.bytes
    }
    return { items: [...this.#underWay.keys()], bytes: taken }
  }

  /** Marks the taken items as stored. */
  stored(): void {
    for (const place of this.#underWay.values()) this.#bytes -= place.bytes
    this.#underWay.clear()
    this.overflowing = false
  }

  /** Puts the taken items back, because they could not be stored: they wait again, before all others. */
  putBack(): void {
    if (this.#underWay.size === 0) return
    for (const [item, place] of this.#waiting) {
      if (this.#underWay.has(item)) this.#bytes -= place.bytes
      else this.#underWay.set(item, place)
    }
    this.#waiting = this.#underWay
    this.#underWay = new Map()
  }
}
