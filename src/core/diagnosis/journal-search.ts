import type { Language } from '#protocol/vocabulary.ts'
import { journalInPersian } from '#texts/fa/journal.ts'
import { needlesIn } from '#texts/fold.ts'
import { type Format, formatFor } from '#texts/format.ts'
import { holds, type Readable, readingOf } from '#texts/journal-search-text.ts'
import { type Words, wordsIn } from '#texts/journal-sentence.ts'
import { diagnosisTextOfRow } from './diagnosis-text.ts'

type Row = Omit<Readable, 'diagnosis'>

/** Returns a function that tests whether a row, worded in `language`, contains every word of `text`. */
export function searcher(text: string, language: Language): (row: Row) => boolean {
  const needles = needlesIn(text)
  const [words, format] = (readers[language] ??= readerOf(language))
  return row => holds(readingOf({ ...row, diagnosis: diagnosisTextOfRow(row, { language }) }, words, format), needles)
}

/** Each entry is made at its first use, because the formats of a language take megabytes. */
const readers: Partial<Record<Language, readonly [Words | undefined, Format]>> = {}
const readerOf = (language: Language) =>
  [language === 'fa' ? wordsIn(journalInPersian) : undefined, formatFor(language)] as const
