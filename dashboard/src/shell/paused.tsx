import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { live } from '../live/live.ts'
import { useSignal } from '../signal.ts'

/** Shown while the gateway has closed this page's connection, because its person has too many pages open. */
export function Paused() {
  const { t } = useTranslation()
  const state = useSignal(live.socket.state)
  return (
    <div role="alert">
      {state === 'paused' && (
        <p className="banner" data-tone="saffron">
          <span>{t('connection.paused')}</span>{' '}
          <Button size="compact-sm" onClick={() => live.socket.resume()}>
            {t('connection.resume')}
          </Button>
        </p>
      )}
    </div>
  )
}
