import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { useFormat } from '../../format.ts'
import { Ago } from '../../parts/time.tsx'

/** The facts by which people recognise their own board. */
export function PendingFacts({ device }: { device: DeviceView }) {
  const format = useFormat()
  return (
    <dl className="facts">
      {device.saysItIs && (
        <Fact name="saysItIs">
          <bdi dir="ltr">{device.saysItIs}</bdi>
        </Fact>
      )}
      <Fact name="address">
        <bdi dir="ltr">{device.address ?? '–'}</bdi>
      </Fact>
      {device.firmware && (
        <Fact name="firmware" dir="ltr">
          {device.firmware}
        </Fact>
      )}
      {device.uptime !== null && <Fact name="uptime">{format.duration(device.uptime)}</Fact>}
      {device.library && (
        <Fact name="library" dir="ltr">
          {device.library}
        </Fact>
      )}
      <Fact name="firstSeen">
        <Ago at={device.createdAt} />
      </Fact>
    </dl>
  )
}

function Fact({ name, dir, children }: { name: string; dir?: 'ltr'; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div>
      <dt>{t(`fact.${name}`)}</dt>
      <dd dir={dir}>{children}</dd>
    </div>
  )
}

/** The last messages of a pending board, by which people recognise it too. */
export function PendingMessages({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const messages = (device.messages ?? []).slice(-4)
  if (messages.length === 0) return <p className="quiet">{t('pending.silent')}</p>
  return (
    <details className="pending-messages">
      <summary>{t('pending.messages')}</summary>
      <pre dir="ltr">{messages.map(({ message }) => JSON.stringify(message)).join('\n')}</pre>
    </details>
  )
}
