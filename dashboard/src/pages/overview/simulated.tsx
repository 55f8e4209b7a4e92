import { Button } from '@mantine/core'
import { Sparkles } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { call } from '../../api/http.ts'
import { useChange } from '../../api/queries.ts'
import { live } from '../../live/live.ts'
import { isSimulated } from '../../parts/device-bits.tsx'
import { toast, toastFailure } from '../../parts/toast.tsx'
import { useIsFullOwner } from '../../session.ts'
import { useSelected } from '../../signal.ts'

/** Shown while there are simulated boards, with a button that removes them. */
export function SimulatedNote() {
  const { t } = useTranslation()
  const there = useSelected(live.devices.all, devices => devices?.some(isSimulated) ?? false)
  const may = useIsFullOwner()
  const remove = useChange(() => call('DELETE', '/api/simulated'), [['simulated']])
  if (!there) return null
  return (
    <div className="note" data-tone="saffron">
      <span>{t('simulated.there')}</span>
      {may && (
        <Button
          size="compact-sm"
          variant="default"
          loading={remove.isPending}
          onClick={() =>
            remove.mutate(undefined, { onError: toastFailure, onSuccess: () => toast({ text: t('simulated.gone') }) })
          }
        >
          {t('simulated.remove')}
        </Button>
      )}
    </div>
  )
}

export function TrySimulated() {
  const { t } = useTranslation()
  const start = useChange(() => call('POST', '/api/simulated'), [['simulated']])
  return (
    <div className="try-simulated">
      <Sparkles size={22} strokeWidth={1.5} aria-hidden />
      <div>
        <h3>{t('simulated.try')}</h3>
        <p>{t('simulated.tryLead')}</p>
      </div>
      <Button
        variant="light"
        loading={start.isPending}
        onClick={() => start.mutate(undefined, { onError: toastFailure })}
      >
        {t('simulated.start')}
      </Button>
    </div>
  )
}
