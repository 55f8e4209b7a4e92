import { Button, TextInput } from '@mantine/core'
import { Check, ShieldX } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { ApiFailure, call } from '../../api/http.ts'
import { useFormat } from '../../format.ts'
import { KindIcon, PresenceMark } from '../../parts/device-bits.tsx'
import { Note } from '../../parts/states.tsx'
import { Ago } from '../../parts/time.tsx'
import { toast, toastFailure } from '../../parts/toast.tsx'
import { go } from '../../router.tsx'
import { useMay } from '../../session.ts'
import { Preview } from './preview.tsx'

/** One board at the gate. Approve and Block are always for the connection that is on the screen. */
export function PendingDevice({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const format = useFormat()
  const may = useMay('operator')
  const [name, setName] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [changed, setChanged] = useState(false)
  const given = name ?? device.saysItIs ?? device.name

  const seen = device.connectionId ? { seenConnectionId: device.connectionId } : {}

  const complain = (error: unknown) => {
    if (error instanceof ApiFailure && error.code === 'changed_since_seen') setChanged(true)
    else toastFailure(error)
  }
  const approve = async () => {
    setBusy(true)
    const named = given.trim() && given !== device.name ? { name: given.trim() } : {}
    try {
      const answer = await call<{ device: DeviceView }>('POST', `/api/devices/${device.id}/approve`, {
        ...seen,
        ...named,
      })
      toast({ tone: 'leaf', text: t('gate.approved', { name: answer.device.name }) })
      go(`/devices/${device.id}`)
    } catch (error) {
      complain(error)
    } finally {
      setBusy(false)
    }
  }
  const block = async () => {
    try {
      await call('POST', `/api/devices/${device.id}/block`, seen)
      toast({
        text: t('gate.blocked', { name: given }),
        undo: () => void call('POST', `/api/devices/${device.id}/restore`, {}).catch(toastFailure),
      })
    } catch (error) {
      complain(error)
    }
  }

  return (
    <li className="card newcomer">
      <Preview device={device} />
      <div className="newcomer-body">
        <div className="newcomer-head">
          <h2>
            <KindIcon kind={device.kind} size={18} /> {t(`kind.${device.kind}`)}
          </h2>
          <PresenceMark device={{ ...device, state: 'active' }} />
        </div>
        <dl className="facts">
          {device.saysItIs && (
            <div>
              <dt>{t('fact.saysItIs')}</dt>
              <dd>
                <bdi dir="ltr">{device.saysItIs}</bdi>
              </dd>
            </div>
          )}
          <div>
            <dt>{t('fact.address')}</dt>
            <dd>
              <bdi dir="ltr">{device.address ?? '–'}</bdi>
            </dd>
          </div>
          {device.firmware && (
            <div>
              <dt>{t('fact.firmware')}</dt>
              <dd dir="ltr">{device.firmware}</dd>
            </div>
          )}
          {device.uptime !== null && (
            <div>
              <dt>{t('fact.uptime')}</dt>
              <dd>{format.duration(device.uptime)}</dd>
            </div>
          )}
          {device.library && (
            <div>
              <dt>{t('fact.library')}</dt>
              <dd dir="ltr">{device.library}</dd>
            </div>
          )}
          <div>
            <dt>{t('fact.firstSeen')}</dt>
            <dd>
              <Ago at={device.createdAt} />
            </dd>
          </div>
        </dl>
        <Said device={device} />
        {changed && <Note tone="rose">{t('gate.changed')}</Note>}
        {may && (
          <form
            className="newcomer-act"
            onSubmit={event => {
              event.preventDefault()
              void approve()
            }}
          >
            <TextInput
              label={t('gate.nameIt')}
              dir="ltr"
              value={given}
              maxLength={64}
              onChange={event => setName(event.currentTarget.value)}
            />
            <Button type="submit" loading={busy} leftSection={<Check size={16} />}>
              {changed ? t('gate.approveAgain') : t('gate.approve')}
            </Button>
            <Button variant="default" leftSection={<ShieldX size={16} />} onClick={() => void block()}>
              {t('gate.block')}
            </Button>
          </form>
        )}
      </div>
    </li>
  )
}

/** What it said so far: so that one knows one's own board before letting it in. */
function Said({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const messages = (device.messages ?? []).slice(-4)
  if (messages.length === 0) return <p className="quiet">{t('gate.silent')}</p>
  return (
    <details className="said">
      <summary>{t('gate.said')}</summary>
      <pre dir="ltr">{messages.map(({ message }) => JSON.stringify(message)).join('\n')}</pre>
    </details>
  )
}
