import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { lookup } from '#protocol/lookup.ts'
import { useFormat } from '../../format.ts'
import { type Aim, centre, reach } from './aim.ts'
import type { SteeringControls } from './use-steering.ts'

const steps: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
}
const span = reach.most - reach.least
const share = (angle: number): number => ((angle - reach.least) / span) * 100

interface PadProps {
  aim: Aim
  /** The angles that the board last reported. */
  now: Aim | undefined
  disabled: boolean
  steering: SteeringControls
}

/** Left and right turn the first servo, up and down the second. The ring shows the aim, the dot the reported angles. */
export function Pad({ aim, now, disabled, steering }: PadProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const pad = useRef<HTMLDivElement>(null)

  const point = (event: PointerEvent<HTMLDivElement>) => {
    const { left, top, width, height } = pad.current!.getBoundingClientRect()
    steering.aim({
      servo1: reach.least + ((event.clientX - left) / width) * span,
      servo2: reach.most - ((event.clientY - top) / height) * span,
    })
  }
  const press = (event: KeyboardEvent) => {
    const step = lookup(steps, event.key)
    if (event.key === 'Home') steering.aim(centre)
    else if (step) {
      const size = event.shiftKey ? 1 : 5
      steering.hold()
      steering.aim({ servo1: aim.servo1 + step[0] * size, servo2: aim.servo2 + step[1] * size })
    } else return
    event.preventDefault()
  }
  const words = `${t('servo.1')} ${format.degrees(aim.servo1)}, ${t('servo.2')} ${format.degrees(aim.servo2)}`

  return (
    <div
      ref={pad}
      className="pad"
      dir="ltr"
      role="application"
      aria-label={`${t('steer.pad')}: ${words}`}
      aria-disabled={disabled}
      tabIndex={disabled ? -1 : 0}
      data-held={steering.held}
      onPointerDown={event => {
        if (disabled || event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        steering.hold()
        point(event)
      }}
      onPointerMove={event => steering.held && event.currentTarget.hasPointerCapture(event.pointerId) && point(event)}
      onPointerUp={steering.release}
      onPointerCancel={steering.release}
      onKeyDown={event => !disabled && press(event)}
      onKeyUp={event => Object.hasOwn(steps, event.key) && steering.release()}
      onBlur={steering.release}
    >
      <svg viewBox="0 0 100 100" aria-hidden="true" preserveAspectRatio="none">
        <path className="pad-grid" d="M50 0V100M0 50H100" />
        <path className="pad-arch" d="M14 100V46C14 24 34 16 50 4C66 16 86 24 86 46V100" />
        <path
          className="pad-lines"
          d={`M${share(aim.servo1)} 0V100M0 ${100 - share(aim.servo2)}H100`}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      {now && <i className="pad-now" style={{ left: `${share(now.servo1)}%`, top: `${100 - share(now.servo2)}%` }} />}
      <i className="pad-aim" style={{ left: `${share(aim.servo1)}%`, top: `${100 - share(aim.servo2)}%` }} />
    </div>
  )
}
