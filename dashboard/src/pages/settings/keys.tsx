import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KeyView } from '#protocol/api.ts'
import { type Role, roles } from '#protocol/vocabulary.ts'
import { call } from '../../api/http.ts'
import { keys, people, useChange } from '../../api/queries.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Copyable } from '../../parts/copy.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Form } from '../../parts/form.tsx'
import { Card } from '../../parts/page.tsx'
import { Failure, Note, Pill, Waiting } from '../../parts/states.tsx'
import { Moment } from '../../parts/time.tsx'
import { toast, toastFailure } from '../../parts/toast.tsx'
import { GrantsInput, GrantsText } from './grants-input.tsx'

export default function Keys() {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(keys)
  const [making, setMaking] = useState(false)
  const [asked, setAsked] = useState<KeyView>()
  const revoke = useChange((id: string) => call('DELETE', `/api/keys/${id}`), [['keys']])
  return (
    <Card
      title={t('keys.title')}
      lead={t('keys.lead')}
      aside={
        <Button leftSection={<Plus size={16} />} variant="light" onClick={() => setMaking(true)}>
          {t('keys.make')}
        </Button>
      }
    >
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting />
      ) : data.keys.length === 0 ? (
        <p className="quiet">{t('keys.none')}</p>
      ) : (
        <ul className="rows">
          {data.keys.map(key => (
            <li key={key.id}>
              <KeyRound size={18} strokeWidth={1.6} aria-hidden />
              <div className="row-main">
                <strong>
                  <bdi>{key.label}</bdi>
                </strong>
                <span className="row-facts">
                  <span>
                    <GrantsText grants={key.grants} />
                  </span>
                  <Moment at={key.createdAt} year />
                  {key.person && (
                    <span>
                      {t('keys.of')} <bdi>{key.person.name}</bdi>
                    </span>
                  )}
                  {key.expiresAt && (
                    <span>
                      {t('keys.until')} <Moment at={key.expiresAt} year />
                    </span>
                  )}
                </span>
              </div>
              <Pill tone={key.role === 'owner' ? 'saffron' : 'plain'}>{t(`role.${key.role}`)}</Pill>
              <Button size="compact-sm" variant="subtle" color="rose" onClick={() => setAsked(key)}>
                {t('keys.revoke')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {making && <NewKey onClose={() => setMaking(false)} />}
      {asked && (
        <Confirm
          title={t('keys.revokeTitle', { name: asked.label })}
          act={t('keys.revoke')}
          danger
          onClose={() => setAsked(undefined)}
          onConfirm={async () => {
            await revoke.mutateAsync(asked.id)
            toast({ text: t('keys.revoked', { name: asked.label }) })
          }}
        >
          <p>{t('keys.revokeMeans')}</p>
        </Confirm>
      )}
    </Card>
  )
}

const lifetimes = ['', '7', '90', '365']

function NewKey({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  const [label, setLabel] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [days, setDays] = useState('90')
  const [grants, setGrants] = useState<string[] | null>(null)
  const [person, setPerson] = useState('')
  const { data: everyone } = useQuery(people)
  const make = useChange(
    (body: object) => call<{ key: KeyView; secret: string }>('POST', '/api/keys', body),
    [['keys']],
  )
  const submit = () => {
    const body = {
      role,
      ...(label.trim() && { label: label.trim() }),
      ...(days && { expiresInS: Number(days) * 86_400 }),
      ...(grants?.length && { grants }),
      ...(person && { person }),
    }
    make.mutate(body, { onError: toastFailure })
  }
  return (
    <Dialog title={t('keys.make')} onClose={onClose}>
      {make.data ? (
        <div className="stack">
          <Note tone="saffron">{t('keys.once')}</Note>
          <Copyable text={make.data.secret} label={t('keys.secret')} first />
          <div className="buttons">
            <Button onClick={onClose}>{t('keys.kept')}</Button>
          </div>
        </div>
      ) : (
        <Form onSubmit={submit}>
          <TextInput
            label={t('keys.label')}
            placeholder={t('keys.labelExample')}
            value={label}
            maxLength={64}
            onChange={event => setLabel(event.currentTarget.value)}
            data-autofocus
          />
          <NativeSelect
            label={t('role.title')}
            description={t(`role.${role}Means`)}
            value={role}
            onChange={event => setRole(event.currentTarget.value as Role)}
            data={roles.map(value => ({ value, label: t(`role.${value}`) }))}
          />
          <NativeSelect
            label={t('keys.lifetime')}
            value={days}
            onChange={event => setDays(event.currentTarget.value)}
            data={lifetimes.map(value => ({ value, label: t(`keys.days${value}`) }))}
          />
          <NativeSelect
            label={t('keys.whose')}
            description={t(person ? 'keys.theirsMeans' : 'keys.nobodysMeans')}
            value={person}
            onChange={event => setPerson(event.currentTarget.value)}
            data={[
              { value: '', label: t('keys.nobodys') },
              ...(everyone?.people ?? []).map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` })),
            ]}
          />
          <GrantsInput value={grants} onChange={setGrants} />
          <div className="buttons">
            <Button type="submit" loading={make.isPending} disabled={grants?.length === 0}>
              {t('keys.make')}
            </Button>
          </div>
        </Form>
      )}
    </Dialog>
  )
}
