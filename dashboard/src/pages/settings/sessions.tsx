import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { MonitorSmartphone } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/queries.ts'
import { auth, settled } from '../../auth.ts'
import { Card } from '../../parts/page.tsx'
import { Failure, Pill, Waiting } from '../../parts/states.tsx'
import { Ago } from '../../parts/time.tsx'
import { toast, toastFailure } from '../../parts/toast.tsx'

interface Session {
  id: string
  token: string
  createdAt: string | Date
  updatedAt: string | Date
  ipAddress?: string | null
  userAgent?: string | null
}

/** Browser and system of a user agent, such as "Firefox, Linux". */
function browserOf(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1] ?? '?'
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|CrOS|Linux)/.exec(agent)?.[1] ?? ''
  return [{ Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser, system.replace('Mac OS X', 'macOS')]
    .filter(Boolean)
    .join(', ')
}

export function Sessions() {
  const { t } = useTranslation()
  const list = useQuery({ queryKey: ['sessions'], queryFn: () => settled<Session[]>(auth.listSessions()) })
  const here = useQuery({
    queryKey: ['session'],
    queryFn: () => settled<{ session: { id: string } } | null>(auth.getSession()),
  })
  const end = useChange((token: string) => settled(auth.revokeSession({ token })), [['sessions']])
  const endOthers = useChange(() => settled(auth.revokeOtherSessions()), [['sessions']])
  const mine = here.data?.session.id
  return (
    <Card
      title={t('account.sessions')}
      lead={t('account.sessionsLead')}
      aside={
        (list.data?.length ?? 0) > 1 && (
          <Button
            variant="default"
            loading={endOthers.isPending}
            onClick={() =>
              endOthers.mutate(undefined, {
                onError: toastFailure,
                onSuccess: () => toast({ text: t('account.othersEnded') }),
              })
            }
          >
            {t('account.endOthers')}
          </Button>
        )
      }
    >
      {list.error ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : !list.data ? (
        <Waiting />
      ) : (
        <ul className="rows">
          {list.data.map(one => (
            <li key={one.id}>
              <MonitorSmartphone size={18} strokeWidth={1.6} aria-hidden />
              <div className="row-main">
                <strong>
                  <bdi dir="ltr">{browserOf(one.userAgent ?? '')}</bdi>{' '}
                  {one.id === mine && <Pill tone="accent">{t('account.thisOne')}</Pill>}
                </strong>
                <span className="row-facts">
                  {one.ipAddress && <bdi dir="ltr">{one.ipAddress}</bdi>}
                  <Ago at={new Date(one.updatedAt).getTime()} />
                </span>
              </div>
              {one.id !== mine && (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="rose"
                  onClick={() => end.mutate(one.token, { onError: toastFailure })}
                >
                  {t('account.end')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
