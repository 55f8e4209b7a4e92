import { useCallback, useEffect, useRef } from 'react'
import { live, type Outcome } from '../../live/live.ts'
import type { Aim } from './aim.ts'

const sendEveryMs = 140
/** A command that has waited longer is not sent, because the picture that it was based on is out of date. */
const ttlMs = 3_000

/** Limits the rate at which aims are sent: of aims that come faster, only the latest is sent. */
export function useAimSender(device: string, onOutcome: (outcome: Outcome) => void) {
  const state = useRef({ sentAt: 0, waiting: undefined as Aim | undefined })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  /** Sends the waiting aim now, unless another person has taken control meanwhile. */
  const flush = useCallback(() => {
    clearTimeout(timer.current)
    const { waiting } = state.current
    state.current.waiting = undefined
    const { holder } = live.lease(device).value
    if (!waiting || (holder && !holder.you)) return
    state.current.sentAt = performance.now()
    void live.steer({ device, ...waiting, smooth: false, ttlMs }).then(onOutcome)
  }, [device, onOutcome])

  const sendAim = useCallback(
    (aim: Aim) => {
      state.current.waiting = aim
      clearTimeout(timer.current)
      const leftMs = sendEveryMs - (performance.now() - state.current.sentAt)
      if (leftMs <= 0) flush()
      else timer.current = setTimeout(flush, leftMs)
    },
    [flush],
  )

  /** Sends an action at once, and drops the waiting aim. */
  const act = useCallback(
    (action: string) => {
      state.current.waiting = undefined
      void live.steer({ device, action, ttlMs }).then(onOutcome)
    },
    [device, onOutcome],
  )

  useEffect(() => () => clearTimeout(timer.current), [])

  return { sendAim, flush, act }
}
