import { useTranslation } from 'react-i18next'
import type { Language } from '#protocol/vocabulary.ts'
import { type Format, formatFor } from '#texts/format.ts'

export { latinDigits } from '#texts/fold.ts'
export type { Format } from '#texts/format.ts'

const made = new Map<Language, Format>()

/** One for each language: what the browser makes for it takes a millisecond, and every tile writes numbers. */
export function useFormat(): Format {
  const { i18n } = useTranslation()
  const language = i18n.language === 'fa' ? 'fa' : 'en'
  let format = made.get(language)
  if (!format) made.set(language, (format = formatFor(language)))
  return format
}
