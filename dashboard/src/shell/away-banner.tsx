import { useTranslation } from 'react-i18next'
import { live } from '../live/live.ts'
import { useSignal } from '../signal.ts'

/** While the gateway's disk cannot be written, every page says so, and what that means. */
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
