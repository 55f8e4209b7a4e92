import { TriangleAlert } from 'lucide-react'
import { memo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDevice } from '../../live/live.ts'
import { Dial } from '../../parts/angle-dial.tsx'
import { CameraView } from '../../parts/camera-view.tsx'
import { hasCamera, isSimulated, KindIcon, PresenceMark } from '../../parts/device-bits.tsx'
import { Pill } from '../../parts/states.tsx'
import { Link } from '../../router.tsx'
import { Facts } from './facts.tsx'
import { useSteadyDevice } from './use-steady-device.ts'
import { useTileVisibility } from './use-tile-visibility.ts'

/**
 * The tile of one device. Name and state are always in the page, so that the keyboard, a screen reader and the
 * browser's search reach them; the picture and the rest are added only near the screen.
 */
export const Tile = memo(function Tile({ id }: { id: string }) {
  const { t } = useTranslation()
  const place = useRef<HTMLLIElement>(null)
  const { near, height } = useTileVisibility(id, place)
  const device = useSteadyDevice(id)
  const [active, setActive] = useState(false)
  if (!device) return null
  return (
    <li
      ref={place}
      className="tile"
      data-online={device.online}
      data-near={near || undefined}
      style={near ? undefined : { minHeight: height }}
      onPointerEnter={() => setActive(true)}
      onPointerLeave={() => setActive(false)}
      onFocus={() => setActive(true)}
      onBlur={() => setActive(false)}
    >
      <div className="tile-view">{near && <View id={id} active={active} />}</div>
      <div className="tile-body">
        <h2>
          <Link to={`/devices/${id}`} className="tile-link">
            <KindIcon kind={device.kind} />
            <bdi>{device.name}</bdi>
          </Link>
        </h2>
        <PresenceMark device={device} />
        {device.contested ? (
          <p className="tile-warning">
            <TriangleAlert size={14} aria-hidden /> {t('device.contestedShort')}
          </p>
        ) : (
          (device.trouble === 'bad' || device.trouble === 'warn') && (
            <p className="tile-warning" data-severity={device.trouble}>
              <TriangleAlert size={14} aria-hidden /> {t('device.troubleShort')}
            </p>
          )
        )}
        {near ? <LiveFacts id={id} /> : <div className="tile-facts" />}
      </div>
    </li>
  )
})

interface ViewProps {
  id: string
  /** True while the pointer or the focus is on the tile. */
  active: boolean
}

/** A camera shows a thumbnail once a second, and every picture while the tile is active. */
function View({ id, active }: ViewProps) {
  const { t } = useTranslation()
  const device = useDevice(id)
  if (!device) return null
  return (
    <>
      {hasCamera(device) ? (
        <CameraView
          device={id}
          name={device.name}
          rate={active ? 'full' : 'thumbnail'}
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
    </>
  )
}

function LiveFacts({ id }: { id: string }) {
  const device = useDevice(id)
  return device ? <Facts device={device} camera={hasCamera(device)} /> : null
}
