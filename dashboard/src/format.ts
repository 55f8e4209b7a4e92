import { useTranslation } from 'react-i18next'
import type { Language } from '#protocol/vocabulary.ts'
import { type Format, formatFor } from '#texts/format.ts'

export { latinDigits } from '#texts/fold.ts'
export type { Format } from '#texts/format.ts'

const kept = new Map<Language, Format>()

/** One format per language is cached: its Intl objects take a millisecond to build, and every tile formats numbers. */
export function useFormat(): Format {
  const { i18n } = useTranslation()
  const language = i18n.language === 'fa' ? 'fa' : 'en'
  let format = kept.get(language)
  if (!format) kept.set(language, (format = formatFor(language)))
  return format
}
