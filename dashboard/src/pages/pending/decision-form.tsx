import { Button, TextInput } from '@mantine/core'
import { Check, ShieldX } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { ApiFailure, call } from '../../api/http.ts'
import { Form, useSubmit } from '../../parts/form.tsx'
import { Note } from '../../parts/states.tsx'
import { toast, toastFailure } from '../../parts/toast.tsx'
import { go } from '../../router.tsx'

/**
 * Approves or blocks a pending board. The request names the connection that the page shows. The gateway refuses it if
 * the token was used over another connection since, so that no person decides about a board that they have not seen.
 */
export function DecisionForm({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState<string>()
  const [changed, setChanged] = useState(false)
  const name = typed ?? device.saysItIs ?? device.name
  const seen = device.connectionId ? { seenConnectionId: device.connectionId } : {}

  const report = (error: unknown) => {
    if (error instanceof ApiFailure && error.code === 'changed_since_seen') setChanged(true)
    else toastFailure(error)
  }
  const { busy, submit } = useSubmit(report)
  const approve = () =>
    submit(async () => {
      const named = name.trim() && name !== device.name ? { name: name.trim() } : {}
      const body = { ...seen, ...named }
      const answer = await call<{ device: DeviceView }>('POST', `/api/devices/${device.id}/approve`, body)
      toast({ tone: 'leaf', text: t('pending.approved', { name: answer.device.name }) })
      go(`/devices/${device.id}`)
    })
  const block = async () => {
    try {
      await call('POST', `/api/devices/${device.id}/block`, seen)
      toast({
        text: t('pending.blocked', { name }),
        undo: () => void call('POST', `/api/devices/${device.id}/restore`, {}).catch(toastFailure),
      })
    } catch (error) {
      report(error)
    }
  }

  return (
    <>
      {changed && <Note tone="rose">{t('pending.changed')}</Note>}
      <Form className="newcomer-act" onSubmit={approve}>
        <TextInput
          label={t('pending.nameIt')}
          dir="ltr"
          value={name}
          maxLength={64}
          onChange={event => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" loading={busy} leftSection={<Check size={16} />}>
          {changed ? t('pending.approveAgain') : t('pending.approve')}
        </Button>
        <Button variant="default" leftSection={<ShieldX size={16} />} onClick={() => void block()}>
          {t('pending.block')}
        </Button>
      </Form>
    </>
  )
}
