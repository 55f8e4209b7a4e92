import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { call } from '../../api/http.ts'
import { Question } from '../../parts/confirm.tsx'
import { Copyable } from '../../parts/copy.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { toast, toastFailure } from '../../parts/toast.tsx'
import { go } from '../../router.tsx'

export type DeviceAdminAct = 'rotate' | 'revoke' | 'revokeOld' | 'block' | 'remove'

interface DeviceAdminDialogProps {
  act: DeviceAdminAct
  device: DeviceView
  onClose(): void
}

/** Names the consequences of an act, performs it, and offers to undo it. */
export function DeviceAdminDialog({ act, device, onClose }: DeviceAdminDialogProps) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [token, setToken] = useState<string>()
  const path = `/api/devices/${device.id}`
  const undo = () =>
    void call('POST', `${path}/restore`, {})
      .then(() => toast({ tone: 'leaf', text: t('deviceAdmin.restored') }))
      .catch(toastFailure)

  const acts: Record<DeviceAdminAct, () => Promise<unknown>> = {
    rotate: async () => setToken((await call<{ token: string }>('POST', `${path}/token/rotate`, {})).token),
    revokeOld: () => call('POST', `${path}/token/revoke`, { which: 'old' }),
    revoke: () => call('POST', `${path}/token/revoke`, { which: 'all' }),
    block: () => call('POST', `${path}/block`, reason.trim() ? { reason: reason.trim() } : {}),
    remove: () => call('DELETE', path),
  }

  return (
    <Dialog
      title={token ? t('deviceAdmin.newToken') : t(`deviceAdmin.${act}Title`, { name: device.name })}
      onClose={onClose}
    >
      {token ? (
        <div className="stack">
          <p>{t('deviceAdmin.newTokenLead')}</p>
          <Copyable text={token} label={t('deviceAdmin.newToken')} first />
          <div className="buttons">
            <Button onClick={onClose}>{t('deviceAdmin.newTokenKept')}</Button>
          </div>
        </div>
      ) : (
        <Question
          act={t(`deviceAdmin.${act}`)}
          danger={act !== 'rotate'}
          onClose={onClose}
          onConfirm={async () => {
            await acts[act]()
            if (act === 'rotate') return
            onClose()
            const undoable = act !== 'revokeOld'
            toast({ text: t(`deviceAdmin.${act}Done`, { name: device.name }), ...(undoable ? { undo } : {}) })
            if (act === 'remove') go('/')
          }}
        >
          <p>{t(`deviceAdmin.${act}Means`)}</p>
          {act === 'block' && (
            <TextInput
              label={t('deviceAdmin.reason')}
              value={reason}
              maxLength={200}
              onChange={event => setReason(event.currentTarget.value)}
            />
          )}
        </Question>
      )}
    </Dialog>
  )
}
