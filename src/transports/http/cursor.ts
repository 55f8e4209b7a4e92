import { parseJson } from '../../core/json.ts'
import { invalid } from './failures.ts'

interface Parts {
  number: number
  string: string
}

/** Encodes the end of a page of results as an opaque word. */
export const writeCursor = (...place: Parts[keyof Parts][]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url')

/** @throws DarvazaError invalid_request when the cursor does not have the parts that the gateway writes. */
export function readCursor<const Kinds extends (keyof Parts)[]>(
  cursor: string,
  ...kinds: Kinds
): { [index in keyof Kinds]: Parts[Kinds[index]] } {
  try {
    const place: unknown = parseJson(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(place) && place.length === kinds.length && place.every((part, at) => typeof part === kinds[at]))
      return place as { [index in keyof Kinds]: Parts[Kinds[index]] }
  } catch {}
  throw invalid({ path: 'cursor', message: 'not a nextCursor of this list' })
}
