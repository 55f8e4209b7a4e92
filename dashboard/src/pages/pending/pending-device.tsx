import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { KindIcon, PresenceMark } from '../../parts/device-bits.tsx'
import { useMay } from '../../session.ts'
import { DecisionForm } from './decision-form.tsx'
import { PendingFacts, PendingMessages } from './pending-facts.tsx'
import { Preview } from './preview.tsx'

/** One board that waits for approval. */
export function PendingDevice({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const may = useMay('operator')
  return (
    <li className="card newcomer">
      <Preview device={device} />
      <div className="newcomer-body">
        <div className="newcomer-head">
          <h2>
            <KindIcon kind={device.kind} size={18} /> {t(`kind.${device.kind}`)}
          </h2>
          <PresenceMark device={{ ...device, state: 'active' }} />
        </div>
        <PendingFacts device={device} />
        <PendingMessages device={device} />
        {may && <DecisionForm device={device} />}
      </div>
    </li>
  )
}
