import { useTranslation } from 'react-i18next'
import { live } from '../live/live.ts'
import { useSignal } from '../signal.ts'

/** Shown on every page while the gateway cannot write to its disk, with the consequences. */
export function AwayBanner() {
  const { t } = useTranslation()
  const away = useSignal(live.away)
  if (!away.includes('disk')) return null
  return (
    <p className="banner" data-tone="rose" role="alert">
      <span>
        <strong>{t('away.disk')}</strong> {t('away.diskMeans')}
      </span>
    </p>
  )
}
