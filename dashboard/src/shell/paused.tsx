import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { live } from '../live/live.ts'
import { useSignal } from '../signal.ts'

/** The gateway closed this page's line, for its person has too many: what stands here is old until they choose it. */
export function Paused() {
  const { t } = useTranslation()
  const state = useSignal(live.socket.state)
  return (
    <div role="alert">
      {state === 'resting' && (
        <p className="banner" data-tone="saffron">
          <span>{t('line.resting')}</span>{' '}
          <Button size="compact-sm" onClick={() => live.socket.wake()}>
            {t('line.wake')}
          </Button>
        </p>
      )}
    </div>
  )
}
