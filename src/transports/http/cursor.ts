import { invalid } from './failures.ts'

/** Where a page ended, as an opaque word. */
export const writeCursor = (place: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url')

/** @throws DarvazaError invalid_request when it is none of ours, or not of `length` parts. */
export function readCursor(cursor: string, length: number): (string | number)[] {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(place) && place.length === length && place.every(part => /^(string|number)$/.test(typeof part)))
      return place
  } catch {}
  throw invalid({ path: 'cursor', message: 'not a nextCursor of this list' })
}
