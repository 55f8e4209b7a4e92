import { useCallback, useEffect, useState } from 'react'
import { live } from '../../live/live.ts'
import { useSignal } from '../../signal.ts'

/** The gateway ends a lease 5 s after its last renewal: at this interval one lost renewal does no harm. */
const renewEveryMs = 2_000

/**
 * The control lock of one board: this page renews it while the person holds a control such as the pad, and releases it
 * when the person leaves the page. `onRelease` is called before `held` becomes false.
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

  // A hidden page receives no pointer or key event that would end the hold, so hiding the page ends it.
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
