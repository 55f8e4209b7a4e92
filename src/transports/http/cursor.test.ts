import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DarvazaError } from '../../errors/errors.ts'
import { readCursor, writeCursor } from './cursor.ts'

/** Returns the value that was read, or the code of the failure. */
function read(cursor: string): unknown {
  try {
    return readCursor(cursor, 'number', 'string')
  } catch (error) {
    return error instanceof DarvazaError ? error.code : error
  }
}

describe('a cursor', () => {
  it('leads back to where its page ended', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string(), (age, id) => {
        const cursor = writeCursor(age, id)
        expect(cursor).toMatch(/^[\w-]+$/)
        expect(read(cursor)).toEqual([age, id])
      }),
    )
  })

  it('that is none of ours is refused as a wrong part of the request, whatever it is', () => {
    const foreign = fc.oneof(
      fc.string(),
      fc.json().map(text => Buffer.from(text).toString('base64url')),
    )
    fc.assert(
      fc.property(foreign, cursor => {
        expect(read(cursor)).toBe('invalid_request')
      }),
    )
  })

  it('of another list is refused', () => {
    for (const cursor of [writeCursor(1), writeCursor('a', 1), writeCursor(1, 'a', 2)])
      expect(read(cursor)).toBe('invalid_request')
  })
})
