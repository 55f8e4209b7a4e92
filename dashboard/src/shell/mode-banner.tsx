import { useTranslation } from 'react-i18next'
import { live } from '../live/live.ts'
import { Countdown } from '../parts/time.tsx'
import { Link } from '../router.tsx'
import { useSignal } from '../signal.ts'

/** Shown on every page while new boards are accepted without approval: in open mode or in a pairing window. */
export function ModeBanner() {
  const { t } = useTranslation()
  const enrolment = useSignal(live.enrolment)
  if (enrolment?.mode === 'open') {
    return (
      <p className="banner" data-tone="saffron">
        <strong>{t('mode.openBanner')}</strong> <Link to="/gate">{t('mode.change')}</Link>
      </p>
    )
  }
  if (enrolment?.mode === 'pairing' && enrolment.pairingUntil) {
    return (
      <p className="banner" data-tone="accent">
        <span>
          {t('mode.pairingBanner')} <Countdown until={Date.parse(enrolment.pairingUntil)} />
        </span>{' '}
        <Link to="/gate">{t('mode.look')}</Link>
      </p>
    )
  }
  return null
}
