import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { call } from '../../api/http.ts'
import { useChange } from '../../api/queries.ts'
import { Form } from '../../parts/form.tsx'
import { Card } from '../../parts/page.tsx'
import { toast, toastFailure } from '../../parts/toast.tsx'
import { useIsFullOwner, useMay, useMayEverywhere } from '../../session.ts'
import { type DeviceAdminAct, DeviceAdminDialog } from './device-admin-dialog.tsx'

/** The name and tags of a board, and the acts on it that the signed-in person's role allows. */
export function DeviceAdmin({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const operator = useMay('operator')
  const mayName = useMayEverywhere('operator')
  const owner = useIsFullOwner()
  const [asked, setAsked] = useState<DeviceAdminAct>()
  const send = useChange(
    (act: 'restore' | 'confirm') => call('POST', `/api/devices/${device.id}/${act}`, {}),
    [['device', device.id]],
  )
  if (!operator) return null
  const gone = device.state === 'removed' || device.state === 'blocked'
  const ownToken = device.tokenState !== 'shared'
  const acts: { act: DeviceAdminAct; shown: boolean }[] = [
    { act: 'rotate', shown: owner && ownToken && !gone },
    { act: 'revokeOld', shown: owner && device.tokenState === 'rotating' },
    { act: 'revoke', shown: owner && ownToken && !gone && device.tokenState !== 'revoked' },
    { act: 'block', shown: device.state === 'active' },
    { act: 'remove', shown: owner && device.state !== 'removed' },
  ]
  return (
    <Card title={t('deviceAdmin.title')} className="care">
      {!gone && mayName && <Naming key={`${device.name}|${device.tags}`} device={device} />}
      <div className="buttons">
        {device.contested && (
          <Button loading={send.isPending} onClick={() => send.mutate('confirm', { onError: toastFailure })}>
            {t('deviceAdmin.confirmBoard')}
          </Button>
        )}
        {(gone || device.tokenState === 'revoked') && owner && (
          <Button
            loading={send.isPending}
            onClick={() =>
              send.mutate('restore', {
                onError: toastFailure,
                onSuccess: () => toast({ tone: 'leaf', text: t('deviceAdmin.restored') }),
              })
            }
          >
            {t('deviceAdmin.restore')}
          </Button>
        )}
        {acts
          .filter(({ shown }) => shown)
          .map(({ act }) => (
            <Button
              key={act}
              variant="default"
              className={act === 'rotate' ? undefined : 'danger-text'}
              onClick={() => setAsked(act)}
            >
              {t(`deviceAdmin.${act}`)}
            </Button>
          ))}
      </div>
      {asked && <DeviceAdminDialog act={asked} device={device} onClose={() => setAsked(undefined)} />}
    </Card>
  )
}

function Naming({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const [name, setName] = useState(device.name)
  const [tags, setTags] = useState(device.tags.map(tag => `#${tag}`).join(' '))
  const change = useChange((body: object) => call('PATCH', `/api/devices/${device.id}`, body), [['device', device.id]])
  const wanted = [...new Set(tags.split(/[\s,،#]+/).filter(Boolean))]
  const save = () => {
    const body = { ...(name.trim() !== device.name && { name: name.trim() }), tags: wanted }
    change.mutate(body, { onError: toastFailure, onSuccess: () => toast({ tone: 'leaf', text: t('act.saved') }) })
  }
  const same = name.trim() === device.name && wanted.join(' ') === device.tags.join(' ')
  return (
    <Form className="naming" onSubmit={save}>
      <TextInput
        label={t('deviceAdmin.name')}
        dir="ltr"
        value={name}
        maxLength={64}
        onChange={event => setName(event.currentTarget.value)}
      />
      <TextInput
        label={t('deviceAdmin.tags')}
        description={t('deviceAdmin.tagsMean')}
        dir="auto"
        placeholder="#roof #garden"
        value={tags}
        onChange={event => setTags(event.currentTarget.value)}
      />
      <div className="buttons">
        <Button type="submit" variant="light" disabled={same || !name.trim()} loading={change.isPending}>
          {t('act.save')}
        </Button>
      </div>
    </Form>
  )
}
