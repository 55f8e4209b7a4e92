import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sizeOf } from '../../dashboard/src/live/decode.ts'
import { Scene } from '../../src/simulator/picture/scene.ts'
import { TestPicture } from '../../src/simulator/picture/test-picture.ts'

describe('the size of a JPEG', () => {
  it.each([
    [160, 120],
    [640, 480],
    [1600, 1200],
  ])('is read from its frame header: %i × %i', (width, height) => {
    const jpeg = new TestPicture(new Scene(width, height, 60, 50), 'size').jpeg(0, 0)
    expect(sizeOf(jpeg)).toEqual({ width, height })
  })

  it('is nothing for bytes that are no picture, and ends for all of them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
        const size = sizeOf(Uint8Array.of(0xff, 0xd8, ...bytes))
        if (size) expect(size.width * size.height).toBeGreaterThan(0)
      }),
    )
    expect(sizeOf(new Uint8Array())).toBeUndefined()
    expect(sizeOf(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xe0, 0, 0, 0, 0, 0, 0))).toBeUndefined()
  })
})
