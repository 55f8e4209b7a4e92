import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { about } from '../../api/queries.ts'
import { useFormat } from '../../format.ts'
import { Logo } from '../../parts/logo.tsx'
import { Card } from '../../parts/page.tsx'
import { Failure, Waiting } from '../../parts/states.tsx'

export default function About() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, error, refetch } = useQuery(about)
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <Waiting />
  return (
    <Card className="about">
      <div className="about-head">
        <Logo size={56} />
        <div>
          <h2>{t('shell.name')}</h2>
          <p>{t('about.what')}</p>
        </div>
      </div>
      <dl className="facts facts-wide">
        <div>
          <dt>{t('about.version')}</dt>
          <dd dir="ltr">{data.version}</dd>
        </div>
        <div>
          <dt>{t('about.runtime')}</dt>
          <dd dir="ltr">{`Node ${data.node.replace(/^v/, '')}`}</dd>
        </div>
        <div>
          <dt>{t('about.uptime')}</dt>
          <dd>{format.duration(data.uptimeS)}</dd>
        </div>
        <div>
          <dt>{t('about.licence')}</dt>
          <dd dir="ltr">MIT</dd>
        </div>
      </dl>
      {data.licences.length > 0 && (
        <details className="about-packages">
          <summary>
            {t('about.others', { count: data.licences.length, n: format.number(data.licences.length) })}
          </summary>
          <ul className="licences" dir="ltr">
            {data.licences.map(one => (
              <li key={`${one.name}@${one.version}`}>
                {one.name} {one.version} <span>{one.licence}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  )
}
