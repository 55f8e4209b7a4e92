import { useQuery } from '@tanstack/react-query'
import { Link2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { me } from '../../api/queries.ts'
import { Card } from '../../parts/page.tsx'
import { Moment } from '../../parts/time.tsx'

/** The providers linked to this account. They are listed because a provider's first sign-in links it without asking. */
export function ProviderLinks() {
  const { t } = useTranslation()
  const { data } = useQuery(me)
  if (!data || data.links.length === 0) return null
  return (
    <Card title={t('account.links')} lead={t('account.linksLead')}>
      <ul className="rows">
        {data.links.map(({ provider, name, since }) => (
          <li key={provider}>
            <Link2 size={18} aria-hidden />
            <div className="row-main">
              <strong>
                <bdi>{name}</bdi>
              </strong>
              <span>
                {t('account.linkedSince')} <Moment at={new Date(since).getTime()} year />
              </span>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  )
}
