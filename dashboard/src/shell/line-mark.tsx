import { Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { live } from '../live/live.ts'
import { useSignal } from '../signal.ts'

/** A small mark, and only when the line has been away for longer than a blink. */
export function LineMark() {
  const { t } = useTranslation()
  const state = useSignal(live.line.state)
  const [late, setLate] = useState(false)
  useEffect(() => {
    setLate(false)
    if (state === 'open') return
    const timer = setTimeout(() => setLate(true), 900)
    return () => clearTimeout(timer)
  }, [state])
  const away = late && state !== 'open'
  return (
    <div className="line-mark" role="status" data-state={away ? 'away' : 'here'}>
      {away && (
        <Tooltip label={t('line.waitingLong')}>
          <span>
            <i aria-hidden /> {t('line.waiting')}
          </span>
        </Tooltip>
      )}
    </div>
  )
}
