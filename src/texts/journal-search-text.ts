import { folded } from './fold.ts'
import type { Format } from './format.ts'
import { sentenceOf, type TranslatableRow, type Words } from './journal-sentence.ts'

export interface Readable extends TranslatableRow {
  deviceId: string | null
  connectionId: string | null
  address: string | null
}

/** All text of an entry that a reader sees, and the stored English sentence, folded for comparison. */
export function readingOf(entry: Readable, words: Words | undefined, format: Format): string {
  const { text, device, deviceId, connectionId, address } = entry
  const sentence = sentenceOf(entry, words, format)
  const parts = [sentence, sentence === text ? '' : text, device, deviceId, address, connectionId]
  return parts.map(part => (part ? folded(part) : '')).join('\n')
}

/** Whether every word of a search occurs in the text of an entry. */
export const holds = (reading: string, needles: readonly string[]): boolean =>
  needles.every(needle => reading.includes(needle))
