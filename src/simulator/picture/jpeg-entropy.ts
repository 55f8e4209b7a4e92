import { chromaAc, chromaDc, type HuffmanSpec, lumaAc, lumaDc } from './jpeg-tables.ts'

/** Symbol → its code and the code's length in bits. */
interface Codes {
  readonly code: Uint16Array
  readonly bits: Uint8Array
}

function codesOf({ counts, values }: HuffmanSpec): Codes {
  const code = new Uint16Array(256)
  const bits = new Uint8Array(256)
  let next = 0
  let at = 0
  counts.forEach((count, length) => {
    for (let i = 0; i < count; i++, next++, at++) {
      code[values[at]!] = next
      bits[values[at]!] = length + 1
    }
    next <<= 1
  })
  return { code, bits }
}

/** The two Huffman tables of one kind of plane. */
export interface PlaneCodes {
  readonly dc: Codes
  readonly ac: Codes
}

export const lumaCodes: PlaneCodes = { dc: codesOf(lumaDc), ac: codesOf(lumaAc) }
export const chromaCodes: PlaneCodes = { dc: codesOf(chromaDc), ac: codesOf(chromaAc) }

/** No block needs more: 64 coefficients of at most 16 + 11 bits, each byte perhaps stuffed. */
export const mostBlockBytes = 64 * 4 * 2

/** Writes quantised blocks as JPEG's entropy-coded bits into one buffer that is used again and again. */
export class EntropyWriter {
  readonly #bytes: Buffer
  #length = 0
  #pending = 0
  #pendingBits = 0

  constructor(capacityBytes: number) {
    this.#bytes = Buffer.alloc(capacityBytes)
  }

  /** `coefficients` in zigzag order; `difference` is the first one minus the first of the plane's previous block. */
  block(coefficients: Int16Array, difference: number, { dc, ac }: PlaneCodes): void {
    this.#symbol(dc, 0, difference)
    let zeros = 0
    for (let k = 1; k < 64; k++) {
      const value = coefficients[k]!
      if (value === 0) {
        zeros++
        continue
      }
      for (; zeros > 15; zeros -= 16) this.#put(ac.code[0xf0]!, ac.bits[0xf0]!)
      this.#symbol(ac, zeros << 4, value)
      zeros = 0
    }
    if (zeros > 0) this.#put(ac.code[0]!, ac.bits[0]!)
  }

  /** Returns the bits so far, filled up with ones to a whole byte, and resets the writer. */
  take(): Buffer {
    if (this.#pendingBits > 0) this.#put(0x7f, 7)
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length))
    this.#length = this.#pending = this.#pendingBits = 0
    return taken
  }

  /** A run of zeros and the size of a value share one symbol; the value's own bits follow, negatives as complement. */
  #symbol(codes: Codes, run: number, value: number): void {
    const size = 32 - Math.clz32(value < 0 ? -value : value)
    this.#put(codes.code[run | size]!, codes.bits[run | size]!)
    if (size > 0) this.#put((value < 0 ? value - 1 : value) & ((1 << size) - 1), size)
  }

  #put(value: number, bits: number): void {
    const pending = (this.#pending << bits) | value
    let left = this.#pendingBits + bits
    while (left >= 8) {
      left -= 8
      const byte = (pending >> left) & 0xff
      this.#bytes[this.#length++] = byte
      // A marker starts with FF: an FF in the data is followed by a zero, which marks it as data.
      if (byte === 0xff) this.#bytes[this.#length++] = 0
    }
    this.#pending = pending & 0xff
    this.#pendingBits = left
  }
}
