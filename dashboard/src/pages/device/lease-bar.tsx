import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { live } from '../../live/live.ts'
import { toast } from '../../parts/toast.tsx'
import { usePerson } from '../../session.ts'
import type { SteeringControls } from './use-steering.ts'

/** The state of the control lock. One person holds it, hands it over when asked, or loses it to an owner. */
export function LeaseBar({ device, steering: { lease } }: { device: DeviceView; steering: SteeringControls }) {
  const { t } = useTranslation()
  const { id, role } = usePerson()
  const { holder, askedBy } = lease
  const asked = askedBy?.id === id
  const claim = (act: Parameters<typeof live.claim>[1]) => () => live.claim(device.id, act)

  const before = useRef(lease)
  useEffect(() => {
    const wasAsked = before.current.askedBy?.id === id && before.current.holder?.id === holder?.id
    before.current = lease
    if (wasAsked && holder && !askedBy) toast({ text: t('lease.denied', { name: holder.name }) })
  }, [lease, holder, askedBy, id, t])

  if (holder?.you) {
    return (
      <div className="lease" data-mine="true" role="status">
        <span>{askedBy ? t('lease.asked', { name: askedBy.name }) : t('lease.mine')}</span>
        {askedBy ? (
          <>
            <Button size="compact-sm" onClick={claim('grant')}>
              {t('lease.grant')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={claim('deny')}>
              {t('lease.deny')}
            </Button>
          </>
        ) : (
          <Button size="compact-sm" variant="default" onClick={claim('release')}>
            {t('lease.release')}
          </Button>
        )}
      </div>
    )
  }
  if (holder) {
    return (
      <div className="lease" role="status">
        <span>{t(asked ? 'lease.waiting' : 'lease.other', { name: holder.name })}</span>
        {!asked && (
          <Button size="compact-sm" variant="default" onClick={claim('ask')}>
            {t('lease.ask')}
          </Button>
        )}
        {role === 'owner' && (
          <Button size="compact-sm" color="rose" variant="light" onClick={claim('seize')}>
            {t('lease.seize')}
          </Button>
        )}
      </div>
    )
  }
  return (
    <div className="lease" role="status">
      <span>{t('lease.free')}</span>
    </div>
  )
}
