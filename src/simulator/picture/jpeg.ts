import { aanScale, forwardDct } from './jpeg-dct.ts'
import { chromaCodes, EntropyWriter, lumaCodes, mostBlockBytes, type PlaneCodes } from './jpeg-entropy.ts'
import { chromaAc, chromaDc, type HuffmanSpec, lumaAc, lumaDc, quantisation, zigzag } from './jpeg-tables.ts'
import type { Planes, Subsampling } from './planes.ts'

/** Encodes one picture as a baseline JPEG. Quality 1..100, as libjpeg counts it. */
export function encodeJpeg(planes: Planes, quality = 80): Buffer {
  const encoder = new JpegEncoder(planes.width, planes.height, quality, planes.subsampling)
  const strips = Array.from({ length: encoder.stripCount }, (_, strip) => encoder.strip(planes, strip))
  return encoder.join(strips)
}

/** One plane's share of the work: its samples, its quantisation, its codes. */
interface PlaneWork {
  readonly factors: Float64Array
  readonly codes: PlaneCodes
  previousDc: number
}

/**
 * A baseline JPEG encoder that works strip by strip. A strip is one row of MCUs, 16 pixels high (8 without
 * subsampling), and ends in a restart marker, so it stands alone: for a picture that changed little, only the changed
 * strips are encoded and joined with the old bytes of the others.
 */
export class JpegEncoder {
  readonly stripHeight: number
  readonly stripCount: number
  readonly #head: Buffer
  readonly #columns: number
  readonly #halved: boolean
  readonly #luma: PlaneWork
  readonly #cb: PlaneWork
  readonly #cr: PlaneWork
  readonly #writer: EntropyWriter
  readonly #block = new Float64Array(64)
  readonly #quantised = new Int16Array(64)

  constructor(width: number, height: number, quality: number, subsampling: Subsampling = '4:2:0') {
    const steps = quantisation(quality)
    this.#halved = subsampling === '4:2:0'
    this.stripHeight = this.#halved ? 16 : 8
    this.stripCount = Math.ceil(height / this.stripHeight)
    this.#columns = Math.ceil(width / this.stripHeight)
    this.#luma = { factors: factorsOf(steps.luma), codes: lumaCodes, previousDc: 0 }
    this.#cb = { factors: factorsOf(steps.chroma), codes: chromaCodes, previousDc: 0 }
    this.#cr = { ...this.#cb }
    this.#writer = new EntropyWriter(this.#columns * (this.#halved ? 6 : 3) * mostBlockBytes + 16)
    this.#head = head(width, height, this.#halved, this.#columns, steps)
  }

  /** The entropy-coded bytes of one strip of `planes`, which may hold only a part of the picture. */
  strip(planes: Planes, strip: number): Buffer {
    this.#luma.previousDc = this.#cb.previousDc = this.#cr.previousDc = 0
    const { width, height, chromaWidth, chromaHeight } = planes
    const top = strip * this.stripHeight
    for (let column = 0; column < this.#columns; column++) {
      const left = column * this.stripHeight
      this.#encode(planes.y, width, height, left, top, this.#luma)
      if (this.#halved) {
        this.#encode(planes.y, width, height, left + 8, top, this.#luma)
        this.#encode(planes.y, width, height, left, top + 8, this.#luma)
        this.#encode(planes.y, width, height, left + 8, top + 8, this.#luma)
      }
      this.#encode(planes.cb, chromaWidth, chromaHeight, column * 8, strip * 8, this.#cb)
      this.#encode(planes.cr, chromaWidth, chromaHeight, column * 8, strip * 8, this.#cr)
    }
    return this.#writer.take()
  }

  /** Joins all strips of a picture, from the top, to a JPEG. */
  join(strips: readonly Buffer[]): Buffer {
    const parts: Buffer[] = [this.#head]
    strips.forEach((strip, i) => {
      parts.push(strip, i < strips.length - 1 ? restartMarkers[i % 8]! : endOfImage)
    })
    return Buffer.concat(parts)
  }

  #encode(samples: Uint8Array, width: number, height: number, left: number, top: number, work: PlaneWork): void {
    const block = this.#block
    if (left + 8 <= width && top + 8 <= height) {
      for (let row = 0, i = 0, at = top * width + left; row < 8; row++, at += width - 8) {
        for (let column = 0; column < 8; column++, i++, at++) block[i] = samples[at]! - 128
      }
    } else {
      // Past the edge the last sample is repeated: anything else would ring back into the picture.
      for (let i = 0; i < 64; i++) {
        const row = Math.min(top + (i >> 3), height - 1)
        block[i] = samples[row * width + Math.min(left + (i & 7), width - 1)]! - 128
      }
    }
    forwardDct(block)
    const quantised = this.#quantised
    const factors = work.factors
    // Rounds half up without a branch, which a processor would guess wrong every other time.
    for (let k = 0; k < 64; k++) quantised[k] = ((block[zigzag[k]!]! * factors[k]! + 16384.5) | 0) - 16384
    const dc = quantised[0]!
    this.#writer.block(quantised, dc - work.previousDc, work.codes)
    work.previousDc = dc
  }
}

/** Factors for multiplying, which is cheaper than dividing, in zigzag order. They include the DCT's own scale. */
function factorsOf(steps: Uint8Array): Float64Array {
  return Float64Array.from(zigzag, at => 1 / (steps[at]! * aanScale[at]!))
}

const restartMarkers = Array.from({ length: 8 }, (_, i) => Buffer.of(0xff, 0xd0 + i))
const endOfImage = Buffer.of(0xff, 0xd9)

function head(
  width: number,
  height: number,
  halved: boolean,
  restartInterval: number,
  steps: { luma: Uint8Array; chroma: Uint8Array },
): Buffer {
  const two = (value: number) => [value >> 8, value & 0xff]
  const inZigzag = (table: Uint8Array) => Array.from(zigzag, at => table[at]!)
  const huffman = (id: number, { counts, values }: HuffmanSpec) => [id, ...counts, ...values]
  return Buffer.of(
    ...[0xff, 0xd8],
    ...segment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, ...two(1), ...two(1), 0, 0]),
    ...segment(0xdb, [0, ...inZigzag(steps.luma), 1, ...inZigzag(steps.chroma)]),
    ...segment(0xc0, [8, ...two(height), ...two(width), 3, 1, halved ? 0x22 : 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]),
    ...segment(0xc4, [
      ...huffman(0x00, lumaDc),
      ...huffman(0x10, lumaAc),
      ...huffman(0x01, chromaDc),
      ...huffman(0x11, chromaAc),
    ]),
    ...segment(0xdd, two(restartInterval)),
    ...segment(0xda, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]),
  )
}

function segment(marker: number, payload: number[]): number[] {
  const length = payload.length + 2
  return [0xff, marker, length >> 8, length & 0xff, ...payload]
}
