import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type Format, formatFor } from '../../src/protocol/said/figures.ts'

export type { Format, Language } from '../../src/protocol/said/figures.ts'
export { latinDigits } from '../../src/protocol/said/fold.ts'

export function useFormat(): Format {
  const { i18n } = useTranslation()
  const language = i18n.language === 'fa' ? 'fa' : 'en'
  return useMemo(() => formatFor(language), [language])
}
