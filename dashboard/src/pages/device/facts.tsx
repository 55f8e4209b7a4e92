import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { useFormat } from '../../format.ts'
import { Card } from '../../parts/page.tsx'
import { Ago, Moment } from '../../parts/time.tsx'

const Latin = ({ children }: { children: ReactNode }) => <bdi dir="ltr">{children}</bdi>

export function Facts({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const format = useFormat()
  const facts: [string, ReactNode][] = [
    ['lastSeen', device.lastSeen && <Ago at={device.lastSeen} />],
    ['address', device.address && <Latin>{device.address}</Latin>],
    ['firmware', device.firmware && <Latin>{device.firmware}</Latin>],
    ['library', device.library && <Latin>{device.library}</Latin>],
    ['signal', device.signal !== null && <Latin>{format.dbm(device.signal)}</Latin>],
    ['memory', device.memoryFree !== null && format.bytes(device.memoryFree)],
    ['uptime', device.uptime !== null && format.duration(device.uptime)],
    ['roundTrip', device.roundTripMs !== null && format.ms(device.roundTripMs)],
    ['fps', device.fps !== null && format.number(device.fps, 1)],
    ['viewers', device.kind === 'esp32cam' && format.number(device.viewers)],
    ['angles', device.angles && `${format.degrees(device.angles.servo1)} · ${format.degrees(device.angles.servo2)}`],
    ['saysItIs', device.saysItIs && <Latin>{device.saysItIs}</Latin>],
    ['source', t(`source.${device.source}`)],
    ['approvedAt', device.approvedAt && <Moment at={device.approvedAt} year />],
    ['id', <Latin key="id">{device.id}</Latin>],
  ]
  return (
    <Card title={t('fact.title')}>
      <dl className="facts facts-wide">
        {facts.map(([name, value]) =>
          value === null || value === false ? null : (
            <div key={name}>
              <dt>{t(`fact.${name}`)}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </Card>
  )
}
