import fc from 'fast-check'
import jpegJs from 'jpeg-js'
import { describe, expect, it } from 'vitest'
import { encodeJpeg, JpegEncoder } from './jpeg.ts'
import { planesFromRgb, type Subsampling } from './planes.ts'

/** Soft waves in three colours: roughly a camera's picture, which JPEG is made for. */
function waves(width: number, height: number, phase = 0): Uint8Array {
  const rgb = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) {
    const x = i % width
    const y = Math.floor(i / width)
    rgb[i * 3] = 128 + 100 * Math.sin(x / 23 + phase)
    rgb[i * 3 + 1] = 128 + 100 * Math.sin((x + y) / 31)
    rgb[i * 3 + 2] = 128 + 100 * Math.cos(y / 19)
  }
  return rgb
}

function decode(jpeg: Uint8Array) {
  return jpegJs.decode(jpeg, { useTArray: true, formatAsRGBA: false })
}

/** Peak signal to noise, in dB: 30 is a decent photograph, 40 looks the same. */
function psnr(a: Uint8Array, b: Uint8Array): number {
  let squares = 0
  for (let i = 0; i < a.length; i++) squares += (a[i]! - b[i]!) ** 2
  return 10 * Math.log10((255 * 255 * a.length) / squares)
}

function roundTrip(rgb: Uint8Array, width: number, height: number, quality: number, subsampling: Subsampling): number {
  return psnr(rgb, decode(encodeJpeg(planesFromRgb(rgb, width, height, { subsampling }), quality)).data)
}

describe('the JPEG encoder', () => {
  it('starts with FFD8, ends with FFD9 and says its size', () => {
    const jpeg = encodeJpeg(planesFromRgb(waves(50, 35), 50, 35))
    expect(jpeg.subarray(0, 2).toString('hex')).toBe('ffd8')
    expect(jpeg.subarray(-2).toString('hex')).toBe('ffd9')
    expect(decode(jpeg)).toMatchObject({ width: 50, height: 35 })
  })

  it('gives back the picture it was given', () => {
    const rgb = waves(320, 240)
    expect(roundTrip(rgb, 320, 240, 90, '4:4:4')).toBeGreaterThan(40)
    expect(roundTrip(rgb, 320, 240, 90, '4:2:0')).toBeGreaterThan(38)
    expect(roundTrip(rgb, 320, 240, 30, '4:2:0')).toBeGreaterThan(32)
  })

  it('is as true to the picture as another encoder at the same quality', () => {
    const rgb = waves(160, 120)
    const rgba = new Uint8Array(160 * 120 * 4)
    for (let i = 0; i < 160 * 120; i++) rgba.set([...rgb.subarray(i * 3, i * 3 + 3), 255], i * 4)
    const theirs = jpegJs.encode({ data: rgba, width: 160, height: 120 }, 75).data
    expect(roundTrip(rgb, 160, 120, 75, '4:4:4')).toBeGreaterThan(psnr(rgb, decode(theirs).data) - 0.5)
  })

  it('spends more bytes on a better quality', () => {
    const planes = planesFromRgb(waves(160, 120), 160, 120)
    const sizes = [10, 50, 90, 100].map(quality => encodeJpeg(planes, quality).length)
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
    expect(sizes[0]).toBeLessThan(sizes[3]! / 3)
  })

  it('survives the hardest contrast, noise and the extremes of quality', () => {
    for (const quality of [1, 100]) {
      const noise = Uint8Array.from({ length: 48 * 48 * 3 }, (_, i) => ((i * 2654435761) >>> 13) % 2 && 255)
      expect(roundTrip(noise, 48, 48, quality, '4:4:4')).toBeGreaterThan(quality === 100 ? 35 : 3)
    }
    expect(() => new JpegEncoder(8, 8, 0)).toThrow('quality 0')
    expect(() => new JpegEncoder(8, 8, 101)).toThrow('quality 101')
  })

  it('takes any size, whatever the blocks make of it', () => {
    const side = fc.integer({ min: 1, max: 70 })
    const subsampling = fc.constantFrom<Subsampling>('4:2:0', '4:4:4')
    fc.assert(
      fc.property(side, side, fc.integer({ min: 40, max: 100 }), subsampling, (width, height, quality, sampling) => {
        const rgb = waves(width, height)
        const picture = decode(encodeJpeg(planesFromRgb(rgb, width, height, { subsampling: sampling }), quality))
        expect([picture.width, picture.height]).toEqual([width, height])
        expect(psnr(rgb, picture.data)).toBeGreaterThan(26)
      }),
      { numRuns: 200 },
    )
  })

  it('joins old strips with new ones into one picture', () => {
    const [before, after] = [waves(64, 48), waves(64, 48, 2)].map(rgb => planesFromRgb(rgb, 64, 48))
    const encoder = new JpegEncoder(64, 48, 90)
    const mixed = decode(encoder.join([0, 1, 2].map(i => encoder.strip(i === 1 ? after! : before!, i)))).data
    const expected = waves(64, 48)
    expected.set(waves(64, 48, 2).subarray(64 * 16 * 3, 64 * 32 * 3), 64 * 16 * 3)
    expect(psnr(expected, mixed)).toBeGreaterThan(36)
  })
})
