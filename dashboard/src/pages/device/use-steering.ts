import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '../../live/live.ts'
import { type Aim, clampAngle } from './aim.ts'
import { useAimSender } from './use-aim-sender.ts'
import { useControlLock } from './use-control-lock.ts'
import { useStalePicture } from './use-stale-picture.ts'

/** Steers one board: sends the latest aim only, sends the last one on release, and asks first on a stale picture. */
export function useSteering(device: string, camera: string | undefined, onLatency: (ms: number | undefined) => void) {
  const { t } = useTranslation()
  const [target, setTarget] = useState<Aim>()
  const [problem, setProblem] = useState<string>()

  const report = useCallback(
    (outcome: Outcome) => {
      if (outcome.ok) {
        setProblem(undefined)
        onLatency(outcome.latencyMs)
      } else if (outcome.error.code !== 'superseded') {
        setProblem(
          outcome.error.code === 'line_lost'
            ? t('steer.connectionLost')
            : `${outcome.error.message} ${outcome.error.hint}`,
        )
      }
    },
    [onLatency, t],
  )
  const { sendAim, flush, act } = useAimSender(device, report)
  const { lease, free, mine, held, hold, release } = useControlLock(device, flush)
  const { doubt, doubted, settleDoubt } = useStalePicture(camera)

  const aim = useCallback(
    (to: Aim) => {
      if (!free) return
      const next = { servo1: Math.round(clampAngle(to.servo1)), servo2: Math.round(clampAngle(to.servo2)) }
      if (doubted(() => aim(next))) return
      setTarget(next)
      sendAim(next)
    },
    [doubted, free, sendAim],
  )

  // After control was lost, others may have moved the servos: steering must not continue from this page's last aim.
  useEffect(() => {
    if (mine) return () => setTarget(undefined)
  }, [mine])

  return { lease, free, target, problem, held, doubt, settleDoubt, aim, act, hold, release }
}

export type SteeringControls = ReturnType<typeof useSteering>
