import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../../api/http.ts'
import { removedDevices, useChange } from '../../api/queries.ts'
import { KindIcon } from '../../parts/device-bits.tsx'
import { Card } from '../../parts/page.tsx'
import { Failure, Waiting } from '../../parts/states.tsx'
import { Ago } from '../../parts/time.tsx'
import { toast, toastFailure } from '../../parts/toast.tsx'
import { Link } from '../../router.tsx'

/** Removed boards. Each can be restored for 30 days, long after the undo of its toast is gone. */
export function Removed() {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(removedDevices)
  const restore = useChange(
    (id: string) => call('POST', `/api/devices/${id}/restore`, {}),
    [removedDevices.queryKey as readonly string[]],
  )
  if (data?.devices.length === 0) return null
  return (
    <Card title={t('removed.title')} lead={t('removed.lead')}>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting />
      ) : (
        <ul className="rows">
          {data.devices.map(device => (
            <li key={device.id}>
              <KindIcon kind={device.kind} />
              <div className="row-main">
                <Link to={`/devices/${device.id}`}>
                  <bdi>{device.name}</bdi>
                </Link>
                {device.removedAt && <Ago at={device.removedAt} />}
              </div>
              <Button
                size="compact-sm"
                variant="default"
                loading={restore.isPending && restore.variables === device.id}
                onClick={() =>
                  restore.mutate(device.id, {
                    onError: toastFailure,
                    onSuccess: () => toast({ tone: 'leaf', text: t('deviceAdmin.restored') }),
                  })
                }
              >
                {t('removed.restore')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
