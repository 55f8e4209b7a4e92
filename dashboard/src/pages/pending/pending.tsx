import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../format.ts'
import { useDevices } from '../../live/live.ts'
import { Card, Page } from '../../parts/page.tsx'
import { Empty, Waiting } from '../../parts/states.tsx'
import { useMayEverywhere } from '../../session.ts'
import './pending.css'
import { EnrolmentModeCard } from './enrolment-mode.tsx'
import { PendingDevice } from './pending-device.tsx'
import { Refusals } from './refusals.tsx'

export default function Pending() {
  const { t } = useTranslation()
  const format = useFormat()
  const all = useDevices()
  const mayLook = useMayEverywhere('operator')
  // Online boards come first; within online and offline boards, the newest comes first.
  const pending = useMemo(
    () =>
      all
        ?.filter(device => device.state === 'pending')
        .sort((a, b) => Number(b.online) - Number(a.online) || b.createdAt.localeCompare(a.createdAt)),
    [all],
  )
  return (
    <Page
      title={t('pending.title')}
      lead={
        pending && pending.length > 0 && t('pending.lead', { count: pending.length, n: format.number(pending.length) })
      }
    >
      <div className="pending-page">
        <div className="pending-boards">
          {!pending ? (
            <Waiting />
          ) : pending.length === 0 ? (
            <Card>
              <Empty title={t('pending.empty')}>
                <p>{t('pending.emptyLead')}</p>
              </Empty>
            </Card>
          ) : (
            <ul className="newcomers">
              {pending.map(device => (
                <PendingDevice key={device.id} device={device} />
              ))}
            </ul>
          )}
          <Refusals />
        </div>
        {mayLook && <EnrolmentModeCard />}
      </div>
    </Page>
  )
}
