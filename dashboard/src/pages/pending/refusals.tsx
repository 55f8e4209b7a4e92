import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Route, ShieldQuestion, Unplug } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { RefusalView } from '#protocol/api.ts'
import { call } from '../../api/http.ts'
import { useFormat } from '../../format.ts'
import { live } from '../../live/live.ts'
import { Copyable } from '../../parts/copy.tsx'
import { Card } from '../../parts/page.tsx'
import { Failure, Pill, Waiting } from '../../parts/states.tsx'
import { Ago } from '../../parts/time.tsx'
import { Link } from '../../router.tsx'

/** The most refusals that are listed: people would not read a longer list. */
const shown = 12

/** Connections that were refused or broke off, each with the cause and a remedy for the library that was recognised. */
export function Refusals() {
  const { t, i18n } = useTranslation()
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({
    // The language is part of the key, because the gateway answers with sentences in that language.
    queryKey: ['refusals', i18n.language],
    queryFn: () => call<{ refusals: RefusalView[] }>('GET', `/api/refusals?limit=${shown}`),
  })
  useEffect(() => {
    const again = () => void client.invalidateQueries({ queryKey: ['refusals'] })
    return live.follow({ kind: ['refusal', 'gateway'] }, again)
  }, [client])

  return (
    <Card title={t('refusals.title')} lead={t('refusals.lead')}>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting />
      ) : data.refusals.length === 0 ? (
        <p className="quiet">{t('refusals.none')}</p>
      ) : (
        <ul className="refusals">
          {data.refusals.map(one => (
            <Refusal key={[one.address, one.library, one.diagnosis].join('|')} one={one} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function Refusal({ one }: { one: RefusalView }) {
  const { t } = useTranslation()
  const format = useFormat()
  const Icon = one.diagnosis.startsWith('proxy_') ? Route : one.code === null ? Unplug : ShieldQuestion
  return (
    <li>
      <Icon size={20} strokeWidth={1.6} aria-hidden />
      <div>
        <h3>{one.sentence}</h3>
        <p className="refusal-who">
          {one.device ? (
            <Link to={`/devices/${one.deviceId}`}>
              <bdi>{one.device}</bdi>
            </Link>
          ) : (
            one.saysItIs && <bdi dir="ltr">{one.saysItIs}</bdi>
          )}
          {one.address && <bdi dir="ltr">{one.address}</bdi>}
          {one.library && <bdi dir="ltr">{one.library}</bdi>}
          <Ago at={one.lastAt} />
          {one.count > 1 && <Pill>{t('refusals.times', { count: one.count, n: format.number(one.count) })}</Pill>}
        </p>
        <p className="remedy">{one.remedy}</p>
        {one.snippet && <Copyable text={one.snippet} label={t('refusals.snippet')} block />}
      </div>
    </li>
  )
}
