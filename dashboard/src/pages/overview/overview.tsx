import { Button } from '@mantine/core'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../format.ts'
import { useDevices } from '../../live/live.ts'
import { Page } from '../../parts/page.tsx'
import { Empty, Waiting } from '../../parts/states.tsx'
import { Link } from '../../router.tsx'
import { useMay } from '../../session.ts'
import './overview.css'
import { FilterBar, fits, noFilter, useFilter, wasApproved } from './filter-bar.tsx'
import { SimulatedNote } from './simulated.tsx'
import { Tile } from './tile.tsx'

const Connect = lazy(() => import('./connect.tsx'))

export default function Overview() {
  const { t } = useTranslation()
  const format = useFormat()
  const all = useDevices()
  const mayConnect = useMay('operator')
  const [filter, setFilter] = useFilter()
  const [connecting, setConnecting] = useState(false)
  const connector = useRef<HTMLButtonElement>(null)
  const close = () => {
    setConnecting(false)
    connector.current?.focus()
  }

  const devices = useMemo(() => all?.filter(wasApproved), [all])
  const shown = useMemo(() => devices?.filter(device => fits(device, filter)), [devices, filter])
  const waiting = all?.filter(device => device.state === 'pending').length ?? 0

  if (!devices || !shown) return <Loading title={t('overview.title')} />
  const online = devices.filter(device => device.online).length

  return (
    <Page
      title={t('overview.title')}
      lead={
        devices.length > 0 &&
        t('overview.lead', { online: format.number(online), count: devices.length, all: format.number(devices.length) })
      }
      actions={
        mayConnect &&
        devices.length > 0 && (
          <Button
            ref={connector}
            aria-expanded={connecting}
            leftSection={<Plus size={16} />}
            variant="default"
            onClick={() => setConnecting(!connecting)}
          >
            {t('overview.connect')}
          </Button>
        )
      }
    >
      {waiting > 0 && (
        <Link to="/gate" className="waiting-link">
          <span className="waiting-count">{format.number(waiting)}</span>
          <span>{t('overview.waiting', { count: waiting })}</span>
          <strong>{t('overview.waitingAct')}</strong>
        </Link>
      )}
      <SimulatedNote />
      {(connecting || (devices.length === 0 && mayConnect)) && (
        <Suspense fallback={<Waiting />}>
          <Connect first={devices.length === 0} {...(connecting ? { onClose: close } : {})} />
        </Suspense>
      )}
      {devices.length === 0 && !mayConnect && (
        <Empty title={t('overview.emptyViewer')}>
          <p>{t('overview.emptyViewerLead')}</p>
        </Empty>
      )}
      {devices.length > 0 && (
        <>
          {devices.length > 3 && <FilterBar filter={filter} onChange={setFilter} />}
          {shown.length === 0 ? (
            <Empty title={t('overview.noneFit')}>
              <Button variant="default" onClick={() => setFilter(noFilter)}>
                {t('overview.showAll')}
              </Button>
            </Empty>
          ) : (
            <ul className="tiles">
              {shown.map(device => (
                <Tile key={device.id} id={device.id} />
              ))}
            </ul>
          )}
        </>
      )}
    </Page>
  )
}

function Loading({ title }: { title: string }) {
  const { t } = useTranslation()
  return (
    <Page title={title} lead={t('state.loading')}>
      <ul className="tiles" aria-hidden="true">
        {[1, 2, 3].map(key => (
          <li key={key} className="tile tile-ghost" />
        ))}
      </ul>
    </Page>
  )
}
