import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Fingerprint, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { me, useChange } from '../../api/queries.ts'
import { auth, passkeysForbidden, settled } from '../../auth.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Card } from '../../parts/page.tsx'
import { Note } from '../../parts/states.tsx'
import { Moment } from '../../parts/time.tsx'
import { toast, toastFailure } from '../../parts/toast.tsx'

interface Passkey {
  id: string
  name?: string | null
  createdAt: string | Date
}

export function Passkeys() {
  const { t } = useTranslation()
  const { data: about } = useQuery(me)
  const forbidden = passkeysForbidden()
  const able = about?.features.passkeys === true && forbidden === undefined
  const list = useQuery({
    queryKey: ['passkeys'],
    queryFn: () => settled<Passkey[]>(auth.$fetch('/passkey/list-user-passkeys')),
    enabled: able,
  })
  const add = useChange(() => settled(auth.passkey.addPasskey({ name: navigator.platform })), [['passkeys']])
  const [asked, setAsked] = useState<Passkey>()
  const nameOf = (one: Passkey) => one.name || one.id.slice(0, 8)
  const remove = useChange((id: string) => settled(auth.passkey.deletePasskey({ id })), [['passkeys']])
  return (
    <Card
      title={t('account.passkeys')}
      lead={t('account.passkeysLead')}
      aside={
        able && (
          <Button
            variant="default"
            leftSection={<Plus size={16} />}
            loading={add.isPending}
            onClick={() =>
              add.mutate(undefined, { onError: toastFailure, onSuccess: () => toast({ text: t('act.saved') }) })
            }
          >
            {t('account.passkeyAdd')}
          </Button>
        )
      }
    >
      {!able && <Note>{t(`signIn.passkey_${forbidden ?? 'gateway'}`)}</Note>}
      {able && list.data?.length === 0 && <p className="quiet">{t('account.passkeysNone')}</p>}
      {able && list.data && list.data.length > 0 && (
        <ul className="rows">
          {list.data.map(one => (
            <li key={one.id}>
              <Fingerprint size={18} aria-hidden />
              <div className="row-main">
                <strong>
                  <bdi>{nameOf(one)}</bdi>
                </strong>
                <span>
                  <Moment at={new Date(one.createdAt).getTime()} year />
                </span>
              </div>
              <Button size="compact-sm" variant="subtle" color="rose" onClick={() => setAsked(one)}>
                {t('act.remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {asked && (
        <Confirm
          title={t('account.passkeyRemoveTitle', { name: nameOf(asked) })}
          act={t('act.remove')}
          danger
          onClose={() => setAsked(undefined)}
          onConfirm={() => remove.mutateAsync(asked.id)}
        >
          <p>{t('account.passkeyRemoveMeans')}</p>
        </Confirm>
      )}
    </Card>
  )
}
