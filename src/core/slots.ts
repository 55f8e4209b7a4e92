/** A limited number of places, for each address and in all. */
export class Slots {
  readonly #perAddress: number
  readonly #inAll: number
  readonly #taken = new Map<string, number>()
  #count = 0

  constructor(perAddress: number, inAll: number) {
    this.#perAddress = perAddress
    this.#inAll = inAll
  }

  get taken(): number {
    return this.#count
  }

  /** Takes a place. Returns the function that frees it (further calls are harmless), or undefined if all are taken. */
  take(address: string): (() => void) | undefined {
    const here = this.#taken.get(address) ?? 0
    if (here >= this.#perAddress || this.#count >= this.#inAll) return undefined
    this.#taken.set(address, here + 1)
    this.#count++
    let returned = false
    return () => {
      if (returned) return
      returned = true
      this.#count--
      const left = this.#taken.get(address)! - 1
      if (left > 0) this.#taken.set(address, left)
      else this.#taken.delete(address)
    }
  }
}
