import { ActionIcon, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { call } from '../../api/http.ts'
import { useDevice, useDevices } from '../../live/live.ts'
import { hasCamera, hasServos, isSimulated, KindIcon, PresenceMark } from '../../parts/device-bits.tsx'
import { Failure, Note, Pill, Waiting } from '../../parts/states.tsx'
import { Link, useTitle } from '../../router.tsx'
import './device.css'
import './full-screen.css'
import { Cockpit } from './cockpit.tsx'
import { DeviceAdmin } from './device-admin.tsx'
import { Facts } from './facts.tsx'
import { Health } from './health.tsx'
import { OwnJournal } from './own-journal.tsx'

const Charts = lazy(() => import('./charts.tsx'))

export default function DevicePage({ id }: { id: string }) {
  const live = useDevice(id)
  const listed = useDevices() !== undefined
  // The socket reports devices by id, and no removed ones: a removed device, or one given by name, is fetched.
  const fetched = useQuery({
    queryKey: ['device', id],
    queryFn: () => call<{ device: DeviceView }>('GET', `/api/devices/${encodeURIComponent(id)}`),
    enabled: listed && !live,
  })
  const device = live ?? fetched.data?.device
  if (device) return <Known device={device} />
  if (fetched.error) return <Failure error={fetched.error} retry={() => void fetched.refetch()} />
  return <Waiting />
}

function Known({ device }: { device: DeviceView }) {
  const { t, i18n } = useTranslation()
  useTitle(device.name)
  return (
    <div className="page">
      <div className="page-head device-head">
        <Tooltip label={t('device.back')}>
          <ActionIcon component={Link} to="/" variant="subtle" size="lg" aria-label={t('device.back')}>
            <ArrowLeft size={20} className={i18n.language === 'fa' ? 'mirrored' : undefined} />
          </ActionIcon>
        </Tooltip>
        <div>
          <h1>
            <bdi>{device.name}</bdi>
          </h1>
          <p className="device-line">
            <span className="kind">
              <KindIcon kind={device.kind} /> {t(`kind.${device.kind}`)}
            </span>
            <PresenceMark device={device} />
            {isSimulated(device) && <Pill tone="saffron">{t('device.simulated')}</Pill>}
            {device.tags
              .filter(tag => tag !== 'simulated')
              .map(tag => (
                <Pill key={tag}>
                  <bdi>#{tag}</bdi>
                </Pill>
              ))}
          </p>
        </div>
      </div>
      <Warnings device={device} />
      {device.state === 'active' && (hasCamera(device) || hasServos(device)) && <Cockpit device={device} />}
      {device.state === 'active' && <Health device={device.id} />}
      <div className="device-columns">
        <Facts device={device} />
        <DeviceAdmin device={device} />
      </div>
      <Suspense fallback={<Waiting />}>
        <Charts device={device.id} />
      </Suspense>
      <OwnJournal device={device.id} />
    </div>
  )
}

function Warnings({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  return (
    <>
      {device.state === 'pending' && (
        <Note tone="saffron">
          {t('device.pending')} <Link to="/gate">{t('shell.pending')}</Link>
        </Note>
      )}
      {device.state === 'blocked' && (
        <Note tone="rose">
          {t('device.blocked')} {device.blockedReason && <bdi>{device.blockedReason}</bdi>}
        </Note>
      )}
      {device.state === 'removed' && <Note tone="rose">{t('device.removed')}</Note>}
      {device.contested && <Note tone="rose">{t('device.contested')}</Note>}
      {device.tokenState === 'revoked' && <Note tone="rose">{t('device.revoked')}</Note>}
      {device.tokenState === 'rotating' && <Note tone="saffron">{t('device.rotating')}</Note>}
    </>
  )
}
