import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { live } from '../live/live.ts'
import { useSignal } from '../signal.ts'

/** True once the connection has been lost for longer than `longerThanMs`. A paused page has a banner of its own. */
function useConnectionLost(longerThanMs: number): boolean {
  const state = useSignal(live.socket.state)
  const fine = state === 'open' || state === 'paused'
  const [late, setLate] = useState(false)
  useEffect(() => {
    setLate(false)
    if (fine) return
    const timer = setTimeout(() => setLate(true), longerThanMs)
    return () => clearTimeout(timer)
  }, [fine, longerThanMs])
  return late && !fine
}

/** A small mark in the rail. Interruptions below a second are not shown. */
export function ConnectionMark() {
  const { t } = useTranslation()
  const lost = useConnectionLost(900)
  return (
    <div className="connection-mark" role="status" data-state={lost ? 'away' : 'here'}>
      {lost && (
        <span>
          <i aria-hidden /> {t('connection.waiting')}
        </span>
      )}
    </div>
  )
}

/** A banner for longer interruptions, which states that the page shows old data. */
export function ConnectionBanner() {
  const { t } = useTranslation()
  const lost = useConnectionLost(4_000)
  return (
    <div role="status">
      {lost && (
        <p className="banner" data-tone="saffron">
          {t('connection.waitingLong')}
        </p>
      )}
    </div>
  )
}
