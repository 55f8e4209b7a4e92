import { Cpu, Signal as SignalIcon, Video } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { useFormat } from '../../format.ts'
import { live } from '../../live/live.ts'
import { staleMs, useAge } from '../../parts/camera-view.tsx'
import { useSelected } from '../../signal.ts'

export function Facts({ device, camera }: { device: DeviceView; camera: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <dl className="tile-facts">
      {camera && device.online && <FramesPerSecond device={device} />}
      {device.signal !== null && (
        <div title={t('fact.signal')}>
          <dt>
            <SignalIcon size={13} aria-hidden />
            <span className="sr-only">{t('fact.signal')}</span>
          </dt>
          <dd dir="ltr">{format.dbm(device.signal)}</dd>
        </div>
      )}
      {device.memoryFree !== null && (
        <div title={t('fact.memory')}>
          <dt>
            <Cpu size={13} aria-hidden />
            <span className="sr-only">{t('fact.memory')}</span>
          </dt>
          <dd>{format.bytes(device.memoryFree)}</dd>
        </div>
      )}
      {device.firmware && (
        <div title={t('fact.firmware')}>
          <dt className="sr-only">{t('fact.firmware')}</dt>
          <dd dir="ltr">{/^\d/.test(device.firmware) ? `v${device.firmware}` : device.firmware}</dd>
        </div>
      )}
      {device.tags
        .filter(tag => tag !== 'simulated')
        .map(tag => (
          <div key={tag}>
            <dt className="sr-only">{t('fact.tag')}</dt>
            <dd>
              <bdi>#{tag}</bdi>
            </dd>
          </div>
        ))}
    </dl>
  )
}

/** The rate that the board reports; for boards that report none, the rate drawn on this page. */
function FramesPerSecond({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const format = useFormat()
  const arriving = useSelected(live.pictures.lastPicture(device.id), picture => picture && Math.round(picture.fps))
  const { ageMs } = useAge(device.id)
  const fps = device.fps ?? arriving
  if (fps === undefined || ageMs > staleMs.thumbnail) return null
  return (
    <div title={t('fact.fps')}>
      <dt>
        <Video size={13} aria-hidden />
        <span className="sr-only">{t('fact.fps')}</span>
      </dt>
      <dd>{t('fact.fpsValue', { value: format.number(fps, fps < 10 ? 1 : 0) })}</dd>
    </div>
  )
}
