import { useCallback, useEffect, useState } from 'react'
import { live } from '../../live/live.ts'
import { useSignal } from '../../signal.ts'

/** Below the gateway's dead-man of 5 s, so that one lost renewal does no harm. */
const renewEveryMs = 2_000

/**
 * The control lock of one board, as this page sees and holds it: renewed while a control is held, released when the page
 * is left. `onRelease` is called before a control is let go.
 */
export function useControlLock(device: string, onRelease: () => void) {
  const lease = useSignal(live.lease(device))
  const [held, setHeld] = useState(false)
  const free = !lease.holder || lease.holder.you
  const mine = lease.holder?.you === true

  const hold = useCallback(() => setHeld(true), [])
  const release = useCallback(() => {
    onRelease()
    setHeld(false)
  }, [onRelease])

  useEffect(() => {
    if (!held || !mine) return
    const renewing = setInterval(() => live.claim(device, 'renew'), renewEveryMs)
    return () => clearInterval(renewing)
  }, [held, mine, device])

  // A hidden page receives no pointer or key that would let go.
  useEffect(() => {
    const hidden = () => document.hidden && release()
    document.addEventListener('visibilitychange', hidden)
    return () => document.removeEventListener('visibilitychange', hidden)
  }, [release])

  useEffect(
    () => () => {
      if (live.lease(device).value.holder?.you) live.claim(device, 'release')
    },
    [device],
  )

  return { lease, free, mine, held, hold, release }
}
