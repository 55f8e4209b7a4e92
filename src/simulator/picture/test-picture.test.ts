import jpegJs from 'jpeg-js'
import { describe, expect, it } from 'vitest'
import { Scene } from './scene.ts'
import { TestPicture } from './test-picture.ts'

const noon = Date.UTC(2026, 10, 23, 12, 0, 0)

function decode(jpeg: Uint8Array) {
  return jpegJs.decode(jpeg, { useTArray: true, formatAsRGBA: false })
}

/** The share of pixels that differ visibly between two pictures, within rows `from` to `to`. */
function changed(a: Uint8Array, b: Uint8Array, from: number, to: number): number {
  const [one, other] = [decode(a), decode(b)]
  let different = 0
  for (let at = from * one.width; at < to * one.width; at++) {
    if (Math.abs(one.data[at * 3]! - other.data[at * 3]!) > 24) different++
  }
  return different / ((to - from) * one.width)
}

describe('the test picture', () => {
  it('is a JPEG of the size it was asked for', () => {
    for (const [width, height] of [
      [640, 480],
      [320, 240],
      [160, 120],
      [800, 600],
      [99, 131],
    ] as const) {
      const jpeg = new TestPicture(new Scene(width, height, 80), 'roof').jpeg(noon, 1)
      expect(decode(jpeg)).toMatchObject({ width, height })
    }
  })

  it('differs with every frame, even of the same instant', () => {
    const picture = new TestPicture(new Scene(320, 240, 80), 'roof')
    const frames = Array.from({ length: 50 }, (_, i) => picture.jpeg(noon + Math.floor(i / 2), i).toString('base64'))
    expect(new Set(frames).size).toBe(50)
  })

  it('shows the time of day as it goes by, and leaves the rest of the card alone', () => {
    const scene = new Scene(640, 480, 80)
    const picture = new TestPicture(scene, 'roof')
    const [before, after] = [picture.jpeg(noon, 1), picture.jpeg(noon + 11 * 3_600_000, 2)]
    expect(changed(before, after, 200, 280)).toBeGreaterThan(0.02)
    expect(changed(before, after, 0, 180)).toBe(0)
    expect(changed(before, after, 320, 440)).toBe(0)
  })

  it('moves its light from side to side within a second', () => {
    const picture = new TestPicture(new Scene(640, 480, 80), 'roof')
    expect(changed(picture.jpeg(noon, 1), picture.jpeg(noon + 1000, 1), 288, 304)).toBeGreaterThan(0.005)
  })

  it('lets cameras share a scene and still be told apart', () => {
    const scene = new Scene(640, 480, 80, 100)
    const [roof, door] = [new TestPicture(scene, 'roof'), new TestPicture(scene, 'door')]
    const [seenByRoof, seenByDoor] = [roof.jpeg(noon, 7), door.jpeg(noon + 99, 7)]
    expect(changed(seenByRoof, seenByDoor, 0, 448)).toBe(0)
    expect(changed(seenByRoof, seenByDoor, 448, 480)).toBeGreaterThan(0.001)
  })

  it('shows a lit lamp while the flash is on', () => {
    const picture = new TestPicture(new Scene(640, 480, 80), 'roof')
    expect(changed(picture.jpeg(noon, 7), picture.jpeg(noon, 7, true), 448, 480)).toBeGreaterThan(0.001)
  })

  it('refuses a size that no camera has', () => {
    expect(() => new Scene(10, 10, 80)).toThrow('10x10')
    expect(() => new Scene(640, 4000, 80)).toThrow('640x4000')
  })
})
