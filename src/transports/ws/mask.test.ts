import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyUnmasked, unmask } from './mask.ts'

const mask = fc.constantFrom(0x1f2e3d4c, -0x7edcba99, 0, 0x000000ff)
const nat = (most: number) => fc.integer({ min: 0, max: most })

describe('a mask', () => {
  it('comes off the same whichever way, wherever the bytes lie', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), mask, nat(9), nat(9), (payload, key, start, offset) => {
        const keyBytes = Buffer.alloc(4)
        keyBytes.writeInt32BE(key)
        const plain = Buffer.from(payload.map((byte, i) => byte ^ keyBytes[i & 3]!))
        const source = Buffer.concat([Buffer.alloc(start), payload])
        const copied = Buffer.alloc(offset + payload.length)
        copyUnmasked(source, start, key, copied, offset, payload.length)
        expect(copied.subarray(offset)).toEqual(plain)
        const inPlace = Buffer.concat([Buffer.alloc(offset, 9), payload, Buffer.alloc(3, 9)])
        unmask(inPlace, offset, key, payload.length)
        expect(inPlace).toEqual(Buffer.concat([Buffer.alloc(offset, 9), plain, Buffer.alloc(3, 9)]))
      }),
      { numRuns: 500 },
    )
  })
})
