/** Chroma at full resolution, or halved both ways. */
export type Subsampling = '4:4:4' | '4:2:0'

/**
 * A picture in the form that JPEG needs: full-range BT.601 YCbCr, 8 bits a sample, rows from the top.
 * `y` holds `width * height` samples, `cb` and `cr` hold `chromaWidth * chromaHeight`.
 */
export interface Planes {
  readonly width: number
  readonly height: number
  readonly subsampling: Subsampling
  readonly chromaWidth: number
  readonly chromaHeight: number
  readonly y: Uint8Array
  readonly cb: Uint8Array
  readonly cr: Uint8Array
}

/** A black picture, at most 65,535 a side: a JPEG header holds no more. */
export function blankPlanes(width: number, height: number, subsampling: Subsampling = '4:2:0'): Planes {
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 1 || side > 0xffff) throw new RangeError(`No picture is ${width}x${height}`)
  }
  const half = subsampling === '4:2:0' ? 2 : 1
  const chromaWidth = Math.ceil(width / half)
  const chromaHeight = Math.ceil(height / half)
  const cb = new Uint8Array(chromaWidth * chromaHeight).fill(128)
  const cr = new Uint8Array(chromaWidth * chromaHeight).fill(128)
  return { width, height, subsampling, chromaWidth, chromaHeight, y: new Uint8Array(width * height), cb, cr }
}

/** Makes planes of interleaved pixels, `stride` bytes each: 3 for RGB, 4 for RGBA (alpha is ignored). */
export function planesFromRgb(
  pixels: Uint8Array,
  width: number,
  height: number,
  { subsampling = '4:2:0', stride = 3 }: { subsampling?: Subsampling; stride?: 3 | 4 } = {},
): Planes {
  const planes = blankPlanes(width, height, subsampling)
  if (pixels.length < width * height * stride) throw new RangeError(`${pixels.length} bytes are too few pixels`)
  const half = subsampling === '4:2:0' ? 1 : 0
  const count = planes.cb.length
  const sumCb = new Float64Array(count)
  const sumCr = new Float64Array(count)
  const parts = new Uint8Array(count)
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      const [luma, cb, cr] = toYcc(pixels[at * stride]!, pixels[at * stride + 1]!, pixels[at * stride + 2]!)
      const chroma = (row >> half) * planes.chromaWidth + (column >> half)
      planes.y[at] = Math.round(luma)
      sumCb[chroma]! += cb
      sumCr[chroma]! += cr
      parts[chroma]! += 1
    }
  }
  for (let i = 0; i < count; i++) {
    planes.cb[i] = Math.min(255, Math.round(sumCb[i]! / parts[i]!))
    planes.cr[i] = Math.min(255, Math.round(sumCr[i]! / parts[i]!))
  }
  return planes
}

/** JFIF's conversion: 0..255 each way in, 0..255.5 out. */
export function toYcc(red: number, green: number, blue: number): [y: number, cb: number, cr: number] {
  return [
    0.299 * red + 0.587 * green + 0.114 * blue,
    128 - 0.168736 * red - 0.331264 * green + 0.5 * blue,
    128 + 0.5 * red - 0.418688 * green - 0.081312 * blue,
  ]
}
