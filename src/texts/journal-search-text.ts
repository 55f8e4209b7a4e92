import { folded } from './fold.ts'
import type { Format } from './format.ts'
import { type Said, sentenceOf, type Words } from './journal-sentence.ts'

export interface Readable extends Said {
  deviceId: string | null
  connectionId: string | null
  address: string | null
}

/** All that an entry shows a reader, as it is compared; and the line that was written down, whatever the language. */
export function readingOf(entry: Readable, words: Words | undefined, format: Format): string {
  const { text, device, deviceId, connectionId, address } = entry
  const sentence = sentenceOf(entry, words, format)
  const parts = [sentence, sentence === text ? '' : text, device, deviceId, address, connectionId]
  return parts.map(part => (part ? folded(part) : '')).join('\n')
}

/** Whether every word that is searched for stands in what is read, wherever. */
export const holds = (reading: string, needles: readonly string[]): boolean =>
  needles.every(needle => reading.includes(needle))
