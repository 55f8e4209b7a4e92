import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { live, type Outcome } from '../../live/live.ts'
import { useSignal } from '../../signal.ts'

export interface Aim {
  servo1: number
  servo2: number
}

/** What boards of the field clamp to; the pad still shows the whole half circle. */
export const reach = { least: 20, most: 160 }
export const centre: Aim = { servo1: 90, servo2: 90 }

const sendEveryMs = 140
/** Under the gateway's 5 s dead-man, with room for one lost message. */
const renewEveryMs = 2_000
/** A command that had to wait longer is about a picture that is gone. */
const ttlMs = 3_000
const staleMs = 2_000
/** Having said yes once, one is not asked again for this long. */
const blindForMs = 60_000

const clamp = (value: number): number => Math.min(reach.most, Math.max(reach.least, Math.round(value)))

/** Steering of one board: the latest aim wins, letting go ends the sending, a stale picture asks first. */
export function useSteering(device: string, camera: string | undefined, onLatency: (ms: number | undefined) => void) {
  const { t } = useTranslation()
  const lease = useSignal(live.lease(device))
  const [target, setTarget] = useState<Aim>()
  const [problem, setProblem] = useState<string>()
  const [held, setHeld] = useState(false)
  const [doubt, setDoubt] = useState<{ then: () => void }>()
  const state = useRef({ sentAt: 0, waiting: undefined as Aim | undefined, blindUntil: 0 })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const free = !lease.holder || lease.holder.you
  const mine = lease.holder?.you === true

  const hear = useCallback(
    (outcome: Outcome) => {
      if (outcome.ok) {
        setProblem(undefined)
        onLatency(outcome.latencyMs)
      } else if (outcome.error.code !== 'superseded') {
        setProblem(
          outcome.error.code === 'line_lost' ? t('steer.lineLost') : `${outcome.error.message} ${outcome.error.hint}`,
        )
      }
    },
    [onLatency, t],
  )

  const flush = useCallback(() => {
    clearTimeout(timer.current)
    const { waiting } = state.current
    state.current.waiting = undefined
    const { holder } = live.lease(device).value
    if (!waiting || (holder && !holder.you)) return
    state.current.sentAt = performance.now()
    void live.steer({ device, ...waiting, smooth: false, ttlMs }).then(hear)
  }, [device, hear])

  const doubted = useCallback(
    (then: () => void): boolean => {
      if (!camera || performance.now() < state.current.blindUntil) return false
      const sight = live.pictures.lastPicture(camera).value
      if (sight && live.clock.now() - sight.receivedAt <= staleMs) return false
      setDoubt({ then })
      return true
    },
    [camera],
  )

  const aim = useCallback(
    (to: Aim) => {
      if (!free) return
      const next = { servo1: clamp(to.servo1), servo2: clamp(to.servo2) }
      if (doubted(() => aim(next))) return
      setTarget(next)
      state.current.waiting = next
      clearTimeout(timer.current)
      const rest = sendEveryMs - (performance.now() - state.current.sentAt)
      if (rest <= 0) flush()
      else timer.current = setTimeout(flush, rest)
    },
    [doubted, flush, free],
  )

  const act = useCallback(
    (action: string) => {
      state.current.waiting = undefined
      void live.steer({ device, action, ttlMs }).then(hear)
    },
    [device, hear],
  )

  const hold = useCallback(() => setHeld(true), [])
  const release = useCallback(() => {
    flush()
    setHeld(false)
  }, [flush])

  useEffect(() => {
    if (!held || !mine) return
    const renewing = setInterval(() => live.claim(device, 'renew'), renewEveryMs)
    return () => clearInterval(renewing)
  }, [held, mine, device])

  // Where others steer it since, this page's last wish is no place to go on from.
  useEffect(() => {
    if (mine) return () => setTarget(undefined)
  }, [mine])

  // Whoever looks away lets go.
  useEffect(() => {
    const hidden = () => document.hidden && release()
    document.addEventListener('visibilitychange', hidden)
    return () => document.removeEventListener('visibilitychange', hidden)
  }, [release])
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      if (live.lease(device).value.holder?.you) live.claim(device, 'release')
    },
    [device],
  )

  const settleDoubt = (steer: boolean) => {
    if (steer && doubt) {
      state.current.blindUntil = performance.now() + blindForMs
      doubt.then()
    }
    setDoubt(undefined)
  }

  return { lease, free, target, problem, held, doubt: doubt !== undefined, settleDoubt, aim, act, hold, release }
}

export type SteeringControls = ReturnType<typeof useSteering>
