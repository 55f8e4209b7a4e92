import { Cpu, Signal as SignalIcon, TriangleAlert, Video } from 'lucide-react'
import { memo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '../../api/types.ts'
import { useFormat } from '../../format.ts'
import { live, useDevice } from '../../live/live.ts'
import { CameraView, staleMs, useAge } from '../../parts/camera-view.tsx'
import { hasCamera, isSimulated, KindIcon, PresenceMark } from '../../parts/device-bits.tsx'
import { Dial } from '../../parts/dial.tsx'
import { Pill } from '../../parts/states.tsx'
import { Link } from '../../router.tsx'
import { useSelected } from '../../signal.ts'

/** One device, live. A camera shows a thumbnail once a second, and all its pictures while one looks at it. */
export const Tile = memo(function Tile({ id }: { id: string }) {
  const { t } = useTranslation()
  const device = useDevice(id)
  const [close, setClose] = useState(false)
  if (!device) return null
  const camera = hasCamera(device)
  return (
    <li
      className="tile"
      data-online={device.online}
      onPointerEnter={() => setClose(true)}
      onPointerLeave={() => setClose(false)}
      onFocus={() => setClose(true)}
      onBlur={() => setClose(false)}
    >
      <div className="tile-view">
        {camera ? (
          <CameraView
            device={id}
            name={device.name}
            rate={close ? 'full' : 'thumbnail'}
            online={device.online && device.state === 'active'}
            remembered={device.lastFrame !== null}
          />
        ) : (
          <div className="tile-dials">
            <Dial label={t('servo.1')} angle={device.angles?.servo1} />
            <Dial label={t('servo.2')} angle={device.angles?.servo2} />
          </div>
        )}
        {isSimulated(device) && (
          <span className="tile-badge">
            <Pill tone="saffron">{t('device.simulated')}</Pill>
          </span>
        )}
      </div>
      <div className="tile-body">
        <h2>
          <Link to={`/devices/${id}`} className="tile-link">
            <KindIcon kind={device.kind} />
            <bdi>{device.name}</bdi>
          </Link>
        </h2>
        <PresenceMark device={device} />
        {device.contested && (
          <p className="tile-warning">
            <TriangleAlert size={14} aria-hidden /> {t('device.contestedShort')}
          </p>
        )}
        {(device.trouble === 'bad' || device.trouble === 'warn') && !device.contested && (
          <p className="tile-warning" data-severity={device.trouble}>
            <TriangleAlert size={14} aria-hidden /> {t('device.troubleShort')}
          </p>
        )}
        <Facts device={device} camera={camera} />
      </div>
    </li>
  )
})

function Facts({ device, camera }: { device: DeviceView; camera: boolean }) {
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

/** What the board says it sends; else what arrives here. */
function FramesPerSecond({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const format = useFormat()
  const arriving = useSelected(live.pictures.sight(device.id), sight => sight && Math.round(sight.fps))
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
