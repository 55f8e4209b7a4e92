import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonView } from '#protocol/people.ts'
import { type Role, roles } from '#protocol/vocabulary.ts'
import { call } from '../../api/http.ts'
import { useChange } from '../../api/queries.ts'
import { Copyable } from '../../parts/copy.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Form } from '../../parts/form.tsx'
import { Note } from '../../parts/states.tsx'
import { toast, toastFailure } from '../../parts/toast.tsx'
import { GrantsInput } from './grants-input.tsx'

interface PersonFormProps {
  /** The person to change; undefined invites a new one. */
  person: PersonView | undefined
  onClose(): void
}

export function PersonForm({ person, onClose }: PersonFormProps) {
  const { t } = useTranslation()
  const [name, setName] = useState(person?.name ?? '')
  const [email, setEmail] = useState(person?.email ?? '')
  const [role, setRole] = useState<Role>(person?.role ?? 'viewer')
  const [grants, setGrants] = useState<string[] | null>(person?.grants?.length ? person.grants : null)
  const save = useChange(
    (body: object) =>
      person
        ? call<{ invitation?: string }>('PATCH', `/api/people/${person.id}`, body)
        : call<{ invitation?: string }>('POST', '/api/people', body),
    [['people']],
  )
  const submit = () => {
    const reach = { role, grants }
    save.mutate(person ? reach : { name: name.trim(), email: email.trim(), role, ...(grants?.length && { grants }) }, {
      onError: toastFailure,
      onSuccess: () => {
        if (!person) return
        toast({ tone: 'leaf', text: t('act.saved') })
        onClose()
      },
    })
  }
  const invitation = person ? undefined : save.data?.invitation
  return (
    <Dialog title={person ? person.name : t('people.invite')} onClose={onClose}>
      {invitation ? (
        <div className="stack">
          <p>{t('people.invitationLead', { name })}</p>
          <Note tone="saffron">{t('people.invitationOnce')}</Note>
          <Copyable text={invitation} label={t('people.invitation')} first />
          <div className="buttons">
            <Button onClick={onClose}>{t('act.done')}</Button>
          </div>
        </div>
      ) : (
        <Form onSubmit={submit}>
          {!person && (
            <>
              <TextInput
                label={t('people.name')}
                value={name}
                required
                data-autofocus
                onChange={event => setName(event.currentTarget.value)}
              />
              <TextInput
                label={t('signIn.email')}
                type="email"
                dir="ltr"
                value={email}
                required
                onChange={event => setEmail(event.currentTarget.value)}
              />
            </>
          )}
          <NativeSelect
            label={t('role.title')}
            description={t(`role.${role}Means`)}
            value={role}
            data-autofocus={person ? true : undefined}
            onChange={event => setRole(event.currentTarget.value as Role)}
            data={roles.map(value => ({ value, label: t(`role.${value}`) }))}
          />
          <GrantsInput value={grants} onChange={setGrants} />
          {person && <Note>{t('people.changeMeans')}</Note>}
          <div className="buttons">
            <Button type="submit" loading={save.isPending} disabled={grants?.length === 0}>
              {person ? t('act.save') : t('people.makeInvitation')}
            </Button>
          </div>
        </Form>
      )}
    </Dialog>
  )
}
