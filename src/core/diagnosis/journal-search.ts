import { saidInPersian } from '../../protocol/said/fa.ts'
import { type Format, formatFor } from '../../protocol/said/figures.ts'
import { needlesIn } from '../../protocol/said/fold.ts'
import { holds, type Readable, readingOf } from '../../protocol/said/reading.ts'
import { type Words, wordsIn } from '../../protocol/said/sentence.ts'
import type { Language } from '../../protocol/vocabulary.ts'
import { diagnosisTextOfRow } from './diagnosis-text.ts'

type Row = Omit<Readable, 'diagnosis'>

/** Makes a search: whether a row, told in `language`, holds every word of `text`. */
export function searcher(text: string, language: Language): (row: Row) => boolean {
  const needles = needlesIn(text)
  const [words, format] = (readers[language] ??= readerOf(language))
  return row => holds(readingOf({ ...row, diagnosis: diagnosisTextOfRow(row, { language }) }, words, format), needles)
}

/** Made when first asked for: the formats of a language take megabytes. */
const readers: Partial<Record<Language, readonly [Words | undefined, Format]>> = {}
const readerOf = (language: Language) =>
  [language === 'fa' ? wordsIn(saidInPersian) : undefined, formatFor(language)] as const
