import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { live } from '../live/live.ts'
import { useSignal } from '../signal.ts'

/** Whether the line has been away for longer than this, and will come back by itself: a resting page says so elsewhere. */
function useAway(longerThanMs: number): boolean {
  const state = useSignal(live.socket.state)
  const here = state === 'open' || state === 'resting'
  const [late, setLate] = useState(false)
  useEffect(() => {
    setLate(false)
    if (here) return
    const timer = setTimeout(() => setLate(true), longerThanMs)
    return () => clearTimeout(timer)
  }, [here, longerThanMs])
  return late && !here
}

/** A small mark, and only when it is longer than a blink. */
export function ConnectionMark() {
  const { t } = useTranslation()
  const away = useAway(900)
  return (
    <div className="line-mark" role="status" data-state={away ? 'away' : 'here'}>
      {away && (
        <span>
          <i aria-hidden /> {t('line.waiting')}
        </span>
      )}
    </div>
  )
}

/** Longer, the page must not pass for the present. */
export function ConnectionBanner() {
  const { t } = useTranslation()
  const away = useAway(4_000)
  return (
    <div role="status">
      {away && (
        <p className="banner" data-tone="saffron">
          {t('line.waitingLong')}
        </p>
      )}
    </div>
  )
}
