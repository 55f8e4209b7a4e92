/**
 * Rows of a few numbers each, oldest first, in one array that grows as needed: most boards need few rows. Single
 * precision stores 12 hours of seconds to within 4 ms, and up to 16 MiB of memory to the byte.
 */
export class NumberRows {
  readonly #width: number
  readonly #most: number
  #cells = new Float32Array(0)
  #length = 0

  /** `most`: the number of rows kept; the oldest are dropped. */
  constructor(width: number, most: number) {
    this.#width = width
    this.#most = most
  }

  get length(): number {
    return this.#length
  }

  get isFull(): boolean {
    return this.#length === this.#most
  }

  /** Bytes of memory held, used or not. */
  get bytes(): number {
    return this.#cells.byteLength
  }

  push(row: readonly number[]): void {
    if (this.isFull) this.remove(0)
    const start = this.#length * this.#width
    if (start === this.#cells.length) {
      const rows = Math.min(this.#most, Math.max(2, this.#length * 2))
      const grown = new Float32Array(rows * this.#width)
      grown.set(this.#cells)
      this.#cells = grown
    }
    this.#cells.set(row, start)
    this.#length++
  }

  get(row: number, column: number): number {
    return this.#cells[row * this.#width + column] ?? Number.NaN
  }

  set(row: number, column: number, value: number): void {
    this.#cells[row * this.#width + column] = value
  }

  remove(row: number): void {
    this.#cells.copyWithin(row * this.#width, (row + 1) * this.#width, this.#length * this.#width)
    this.#length--
  }

  /** The stored form. */
  toBytes(): Uint8Array {
    const used = this.#cells.subarray(0, this.#length * this.#width)
    return new Uint8Array(used.buffer, used.byteOffset, used.byteLength)
  }

  /** Restores the stored form made by `toBytes`. Impossible bytes are left out. */
  fill(bytes: Uint8Array): void {
    const rowBytes = this.#width * 4
    if (bytes.byteLength % rowBytes !== 0) return
    // This copy has a buffer of its own: `slice` of a Node Buffer is only a view into a shared buffer.
    const cells = new Float32Array(new Uint8Array(bytes).buffer)
    for (let start = 0; start < cells.length; start += this.#width)
      this.push([...cells.subarray(start, start + this.#width)])
  }
}
