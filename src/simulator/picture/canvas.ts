import { glyph } from './font.ts'
import { blankPlanes, type Planes, toYcc } from './planes.ts'

/** A colour as the planes hold it. */
export interface Ink {
  readonly y: number
  readonly cb: number
  readonly cr: number
}

/** Makes a colour from `#rrggbb`. */
export function ink(hex: string): Ink {
  const value = Number.parseInt(hex.slice(1), 16)
  const [y, cb, cr] = toYcc(value >> 16, (value >> 8) & 255, value & 255)
  return { y, cb, cr }
}

/** Mixes two colours: a `share` of 0 gives `from`, 1 gives `to`. */
export function mix(from: Ink, to: Ink, share: number): Ink {
  const between = (a: number, b: number) => a + (b - a) * share
  return { y: between(from.y, to.y), cb: between(from.cb, to.cb), cr: between(from.cr, to.cr) }
}

/** Paints on YCbCr planes with halved chroma, in pixels from the top left. Pixels outside the planes are cut off. */
export class Canvas {
  readonly planes: Planes

  constructor(width: number, height: number) {
    this.planes = blankPlanes(width, height, '4:2:0')
  }

  rect(left: number, top: number, width: number, height: number, { y, cb, cr }: Ink): void {
    const { planes } = this
    const x0 = Math.max(0, left)
    const x1 = Math.max(x0, Math.min(planes.width, left + width))
    const y1 = Math.min(planes.height, top + height)
    for (let row = Math.max(0, top); row < y1; row++) {
      planes.y.fill(y, row * planes.width + x0, row * planes.width + x1)
      if (row & 1) continue
      const chroma = (row >> 1) * planes.chromaWidth
      planes.cb.fill(cb, chroma + ((x0 + 1) >> 1), chroma + ((x1 + 1) >> 1))
      planes.cr.fill(cr, chroma + ((x0 + 1) >> 1), chroma + ((x1 + 1) >> 1))
    }
  }

  /** Draws letters of 5×7 dots; each dot is `scale` pixels wide. */
  text(left: number, top: number, text: string, scale: number, colour: Ink): void {
    let x = left
    for (const letter of text) {
      const { width, height, coverage } = glyph(letter, scale)
      for (let at = 0, row = 0; row < height; row++) {
        for (let column = 0; column < width; column++, at++) {
          if (coverage[at]! > 0) this.#blend(x + column, top + row, colour, coverage[at]! / 255)
        }
      }
      x += width
    }
  }

  /** Draws a disc, or, with a `thickness`, only its rim. `strength` 0..1 lets the background show through. */
  disc(x: number, y: number, radius: number, colour: Ink, { thickness = Number.POSITIVE_INFINITY, strength = 1 } = {}) {
    for (let row = Math.floor(y - radius); row <= y + radius + 1; row++) {
      for (let column = Math.floor(x - radius); column <= x + radius + 1; column++) {
        const distance = Math.hypot(column - x, row - y)
        const inside = Math.min(radius - distance + 0.5, distance - radius + thickness + 0.5, 1)
        if (inside > 0) this.#blend(column, row, colour, inside * strength)
      }
    }
  }

  #blend(x: number, y: number, colour: Ink, share: number): void {
    const { planes } = this
    if (x < 0 || y < 0 || x >= planes.width || y >= planes.height) return
    const at = y * planes.width + x
    planes.y[at] = planes.y[at]! + (colour.y - planes.y[at]!) * share
    // One chroma sample covers four pixels: the top left one sets it for all.
    if ((x | y) & 1) return
    const chroma = (y >> 1) * planes.chromaWidth + (x >> 1)
    planes.cb[chroma] = planes.cb[chroma]! + (colour.cb - planes.cb[chroma]!) * share
    planes.cr[chroma] = planes.cr[chroma]! + (colour.cr - planes.cr[chroma]!) * share
  }
}
