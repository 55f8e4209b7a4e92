import { Button } from '@mantine/core'
import { Crosshair, OctagonX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { useFormat } from '../../format.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Problem } from '../../parts/form.tsx'
import { Note } from '../../parts/states.tsx'
import { type Aim, centre, reach } from './aim.ts'
import { LeaseBar } from './lease-bar.tsx'
import { Pad } from './pad.tsx'
import { Presets } from './presets.tsx'
import { useGamepad } from './use-gamepad.ts'
import { type SteeringControls, useSteering } from './use-steering.ts'

interface SteeringPanelProps {
  device: DeviceView
  camera: string | undefined
  /** Time from the last command to the board's acknowledgement. With a camera, it is shown under the picture. */
  ackMs: number | undefined
  onLatency(ms: number | undefined): void
}

export function SteeringPanel({ device, camera, ackMs, onLatency }: SteeringPanelProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const steering = useSteering(device.id, camera, onLatency)
  const here = steering.target ?? device.angles ?? centre
  const able = device.online && steering.free && !device.contested
  const gamepad = useGamepad(steering, here, able)

  return (
    <section className="steering" aria-labelledby="steering-title">
      <div className="card-head">
        <h2 id="steering-title">{t('steer.title')}</h2>
        <bdi className="quiet">{device.name}</bdi>
      </div>
      {!camera && (
        <dl className="picture-numbers">
          <div>
            <dt>{t('picture.ack')}</dt>
            <dd>{ackMs === undefined ? '–' : format.ms(ackMs)}</dd>
          </div>
          <div>
            <dt>{t('fact.roundTrip')}</dt>
            <dd>{device.roundTripMs === null ? '–' : format.ms(device.roundTripMs)}</dd>
          </div>
        </dl>
      )}
      <LeaseBar device={device} steering={steering} />
      {!device.online && <Note tone="saffron">{t('steer.offline')}</Note>}
      <Pad aim={here} now={device.angles ?? undefined} disabled={!able} steering={steering} />
      <Sliders aim={here} disabled={!able} steering={steering} />
      <div className="buttons steering-acts">
        <Button
          variant="light"
          leftSection={<Crosshair size={16} />}
          disabled={!able}
          onClick={() => steering.aim(centre)}
        >
          {t('steer.centre')}
        </Button>
        <Button
          variant="default"
          leftSection={<OctagonX size={16} />}
          // `able` does not matter here: people who do not hold the control lock may stop the board too.
          disabled={!device.online}
          title={t('steer.stopMeans')}
          onClick={() => steering.act('emergency_stop')}
        >
          {t('steer.stop')}
        </Button>
      </div>
      <Presets device={device.id} here={here} disabled={!able} steering={steering} />
      <Problem text={steering.problem} />
      <p className="quiet steering-help">
        {t('steer.help')} {t(gamepad)}
      </p>
      {steering.doubt && (
        <Confirm
          title={t('steer.doubtTitle')}
          act={t('steer.doubtAct')}
          danger
          onClose={() => steering.settleDoubt(false)}
          onConfirm={async () => steering.settleDoubt(true)}
        >
          <p>{t('steer.doubt')}</p>
        </Confirm>
      )}
    </section>
  )
}

interface SlidersProps {
  aim: Aim
  disabled: boolean
  steering: SteeringControls
}

/** A slider for each angle: for fine work, and for people who cannot drag. */
function Sliders({ aim, disabled, steering }: SlidersProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <div className="sliders">
      {(['servo1', 'servo2'] as const).map((servo, index) => (
        <label key={servo}>
          <span>{t(`servo.${index + 1}`)}</span>
          <input
            type="range"
            dir="ltr"
            min={reach.least}
            max={reach.most}
            value={aim[servo]}
            disabled={disabled}
            aria-valuetext={format.degrees(aim[servo])}
            onPointerDown={steering.hold}
            onPointerUp={steering.release}
            onPointerCancel={steering.release}
            onChange={event => steering.aim({ ...aim, [servo]: Number(event.currentTarget.value) })}
          />
          <output>{format.degrees(aim[servo])}</output>
        </label>
      ))}
    </div>
  )
}
