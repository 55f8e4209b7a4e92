import { searcher } from '../../../core/diagnosis/journal-search.ts'
import type { Search } from '../../../core/journal/entry.ts'

type Column = string | null

/** `holds_words`, which SQLite calls for each row: SQL cannot build the sentence that the row shows in a reader's language. */
export function holdsWords(...columns: unknown[]): number {
  const [language, search, kind, deviceId, connectionId, address, text, data, name] = columns as Column[]
  const fits = searchFor({ language: language as Search['language'], text: search! })
  return Number(
    fits({
      kind: kind!,
      device: name ?? null,
      deviceId: deviceId ?? null,
      connectionId: connectionId ?? null,
      address: address ?? null,
      text: text!,
      // In English only the sentence of a diagnosis is built from the row's facts.
      data: data && (language !== 'en' || kind === 'gateway') ? JSON.parse(data) : null,
    }),
  )
}

/** Kept from row to row, as all rows of a search need the same function. */
let current: { search: Search; fits: ReturnType<typeof searcher> } | undefined
function searchFor(search: Search): ReturnType<typeof searcher> {
  if (current?.search.text !== search.text || current.search.language !== search.language)
    current = { search, fits: searcher(search.text, search.language) }
  return current.fits
}
