import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonView } from '#protocol/people.ts'
import { call } from '../../api/http.ts'
import { people, useChange } from '../../api/queries.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Card } from '../../parts/page.tsx'
import { Failure, Pill, Waiting } from '../../parts/states.tsx'
import { toast } from '../../parts/toast.tsx'
import { usePerson } from '../../session.ts'
import { GrantsText } from './grants-input.tsx'
import { PersonForm } from './person-form.tsx'

export default function People() {
  const { t } = useTranslation()
  const me = usePerson()
  const { data, error, refetch } = useQuery(people)
  const [editing, setEditing] = useState<PersonView | 'new'>()
  const [removing, setRemoving] = useState<PersonView>()
  const remove = useChange((id: string) => call('DELETE', `/api/people/${id}`), [['people'], ['keys']])
  return (
    <Card
      title={t('people.title')}
      lead={t('people.lead')}
      aside={
        <Button leftSection={<UserPlus size={16} />} variant="light" onClick={() => setEditing('new')}>
          {t('people.invite')}
        </Button>
      }
    >
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting />
      ) : (
        <ul className="rows">
          {data.people.map(person => (
            <li key={person.id}>
              <span className="avatar" aria-hidden>
                {[...person.name.trim()][0]?.toUpperCase() ?? '?'}
              </span>
              <div className="row-main">
                <strong>
                  <bdi>{person.name}</bdi> {person.id === me.id && <Pill tone="accent">{t('people.you')}</Pill>}{' '}
                  {person.invited && <Pill tone="saffron">{t('people.invited')}</Pill>}
                </strong>
                <span className="row-facts">
                  <bdi dir="ltr">{person.email}</bdi>
                  <span>
                    <GrantsText grants={person.grants} />
                  </span>
                </span>
              </div>
              <Pill tone={person.role === 'owner' ? 'saffron' : 'plain'}>{t(`role.${person.role}`)}</Pill>
              {person.id !== me.id && (
                <span className="row-acts">
                  <Button size="compact-sm" variant="subtle" onClick={() => setEditing(person)}>
                    {t('act.change')}
                  </Button>
                  <Button size="compact-sm" variant="subtle" color="rose" onClick={() => setRemoving(person)}>
                    {t('act.remove')}
                  </Button>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {editing && <PersonForm person={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
      {removing && (
        <Confirm
          title={t('people.removeTitle', { name: removing.name })}
          act={t('act.remove')}
          danger
          onClose={() => setRemoving(undefined)}
          onConfirm={async () => {
            await remove.mutateAsync(removing.id)
            toast({ text: t('people.removed', { name: removing.name }) })
          }}
        >
          <p>{t('people.removeMeans')}</p>
        </Confirm>
      )}
    </Card>
  )
}
