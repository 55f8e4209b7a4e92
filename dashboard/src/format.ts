import { useTranslation } from 'react-i18next'
import { type Format, formatFor } from '#protocol/said/figures.ts'
import type { Language } from '#protocol/vocabulary.ts'

export type { Format } from '#protocol/said/figures.ts'
export { latinDigits } from '#protocol/said/fold.ts'

const made = new Map<Language, Format>()

/** One for each language: what the browser makes for it takes a millisecond, and every tile writes numbers. */
export function useFormat(): Format {
  const { i18n } = useTranslation()
  const language = i18n.language === 'fa' ? 'fa' : 'en'
  let format = made.get(language)
  if (!format) made.set(language, (format = formatFor(language)))
  return format
}
