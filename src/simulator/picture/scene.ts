import { Canvas, ink, mix } from './canvas.ts'
import { letterHeight, letterWidth } from './font.ts'
import { JpegEncoder } from './jpeg.ts'

export const night = ink('#0f1b2d')
export const paper = ink('#f4f1e8')
export const sand = ink('#e9c46a')
const panel = ink('#16263d')
const track = ink('#1c3149')
const bars = ['#f1ede1', '#e9c46a', '#7fb7be', '#5aa786', '#b79ac8', '#e07a5f', '#4f7cac', '#2f4858'].map(ink)

/** A strip is 16 rows of pixels: the smallest part that the encoder can redo on its own. */
const STRIP = 16

/**
 * The scene that every camera of one size films: a test card with a UTC clock and a swinging light. Most of it is
 * still, so a frame costs the strips of the clock and of the light; cameras that share a scene share those as well.
 */
export class Scene {
  readonly width: number
  readonly height: number
  readonly encoder: JpegEncoder
  /** The first strip that cameras do not share: from here down, each camera draws its own name and counter. */
  readonly ownStrip: number
  /** Width in pixels of a dot of the small letters. */
  readonly smallScale: number
  readonly #canvas: Canvas
  readonly #still: Canvas
  readonly #clockScale: number
  readonly #clockStrip: number
  readonly #clockStrips: number
  readonly #lightStrip: number
  readonly #strips: Buffer[]
  readonly #slotMs: number
  #slot = Number.NaN

  /** Sides of 96..1,920 pixels. Within one `slotMs` the scene is drawn once, however many cameras show it. */
  constructor(width: number, height: number, quality: number, slotMs = 1) {
    for (const side of [width, height]) {
      if (!(side >= 96 && side <= 1920)) throw new RangeError(`A camera of ${width}x${height} is not within 96..1920`)
    }
    this.width = width
    this.height = height
    this.#slotMs = slotMs
    this.encoder = new JpegEncoder(width, height, quality)
    this.smallScale = Math.max(1, Math.floor(width / 280))
    this.ownStrip = this.encoder.stripCount - Math.ceil((this.smallScale * 11) / STRIP)
    this.#clockScale = Math.max(1, Math.floor((width * 0.8) / (10 * letterWidth)))
    this.#clockStrips = Math.ceil((this.#clockScale * letterHeight) / STRIP)
    this.#clockStrip = Math.max(1, Math.floor(this.ownStrip * 0.55 - this.#clockStrips / 2))
    this.#lightStrip = Math.min(this.ownStrip - 1, this.#clockStrip + this.#clockStrips + 1)
    this.#still = new Canvas(width, height)
    this.#canvas = new Canvas(width, height)
    this.#paintStill(this.#still)
    this.#restore(0, this.encoder.stripCount)
    this.#strips = Array.from({ length: this.ownStrip }, (_, i) => this.encoder.strip(this.#canvas.planes, i))
  }

  /** The shared strips as they look at a time in ms since 1970, from the top down to `ownStrip`. */
  at(timeMs: number): readonly Buffer[] {
    const slot = Math.floor(timeMs / this.#slotMs)
    if (slot !== this.#slot) {
      this.#slot = slot
      this.#paintClock(timeMs)
      this.#paintLight(timeMs)
    }
    return this.#strips
  }

  #paintClock(timeMs: number): void {
    this.#restore(this.#clockStrip, this.#clockStrips)
    const text = new Date(timeMs).toISOString().slice(11, 21)
    const left = Math.round((this.width - (10 * letterWidth - 1) * this.#clockScale) / 2)
    const spare = this.#clockStrips * STRIP - letterHeight * this.#clockScale
    this.#canvas.text(left, this.#clockStrip * STRIP + (spare >> 1), text, this.#clockScale, paper)
    this.#encode(this.#clockStrip, this.#clockStrips)
  }

  /** Paints the light, which swings from side to side in four seconds and leaves a tail. */
  #paintLight(timeMs: number): void {
    this.#restore(this.#lightStrip, 1)
    const reach = this.width * 0.36
    for (let ghost = 12; ghost >= 0; ghost--) {
      const x = this.width / 2 + reach * Math.sin(((timeMs - ghost * 20) / 4000) * 2 * Math.PI)
      const strength = ghost === 0 ? 1 : 0.28 * (1 - ghost / 13)
      this.#canvas.disc(x, this.#lightStrip * STRIP + 7.5, 5, sand, { strength })
    }
    this.#encode(this.#lightStrip, 1)
  }

  #paintStill(canvas: Canvas): void {
    const { width, height } = this
    const clockTop = (this.#clockStrip - 1) * STRIP
    const clockEnd = (this.#clockStrip + this.#clockStrips) * STRIP + STRIP
    canvas.rect(0, 0, width, height, night)
    this.#paintBars(canvas, clockTop)
    this.#paintGratings(canvas, (this.#lightStrip + 2) * STRIP, (this.ownStrip - 1) * STRIP)
    const radius = Math.min(width / 2, this.ownStrip * STRIP - height / 2) * 0.97
    canvas.disc(width / 2, height / 2, radius, paper, { thickness: this.smallScale, strength: 0.55 })
    canvas.rect(0, clockTop, width, clockEnd - clockTop, panel)
    canvas.rect(0, clockTop, width, this.smallScale, sand)
    const margin = Math.round(width * 0.12)
    canvas.rect(margin, this.#lightStrip * STRIP + 5, width - 2 * margin, 6, track)
  }

  /** Paints bars of calm colours, each a little darker towards the clock. */
  #paintBars(canvas: Canvas, bottom: number): void {
    const edge = (i: number) => Math.round((this.width * i) / bars.length / 2) * 2
    bars.forEach((colour, i) => {
      for (let row = 0; row < bottom; row += 2) {
        canvas.rect(edge(i), row, edge(i + 1) - edge(i), 2, mix(colour, night, (0.45 * row) / bottom))
      }
    })
  }

  /** Paints ever finer lines, as on a broadcaster's test card, above steps of grey: they show what quality is left. */
  #paintGratings(canvas: Canvas, top: number, bottom: number): void {
    const middle = top + ((bottom - top) >> 1)
    for (let x = 0; x < this.width; x++) {
      const wave = 0.5 + 0.42 * Math.sin((x * x * Math.PI) / (4 * this.width))
      canvas.rect(x, top, 1, middle - top, mix(night, paper, wave))
    }
    const greys = 12
    for (let i = 0; i < greys; i++) {
      const left = Math.round((this.width * i) / greys)
      canvas.rect(left, middle, Math.ceil(this.width / greys), bottom - middle, mix(night, paper, i / (greys - 1)))
    }
  }

  #restore(strip: number, count: number): void {
    const [to, from] = [this.#canvas.planes, this.#still.planes]
    const [start, end] = [strip * STRIP, (strip + count) * STRIP]
    to.y.set(from.y.subarray(start * to.width, end * to.width), start * to.width)
    const chroma = (start / 2) * to.chromaWidth
    const chromaEnd = (end / 2) * to.chromaWidth
    to.cb.set(from.cb.subarray(chroma, chromaEnd), chroma)
    to.cr.set(from.cr.subarray(chroma, chromaEnd), chroma)
  }

  #encode(strip: number, count: number): void {
    for (let i = strip; i < strip + count; i++) this.#strips[i] = this.encoder.strip(this.#canvas.planes, i)
  }
}
