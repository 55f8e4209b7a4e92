import { useQuery } from '@tanstack/react-query'
import { CircleCheck, HeartPulse, Hourglass, Info, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { HealthView, VerdictView } from '#protocol/health.ts'
import { health } from '../../api/queries.ts'
import { useFormat } from '../../format.ts'
import { Card } from '../../parts/page.tsx'
import { Failure, Waiting } from '../../parts/states.tsx'
import { Ago } from '../../parts/time.tsx'
import './health.css'

/** The health of a board: its state, the findings with their remedies, and the checks behind them. */
export function Health({ device }: { device: string }) {
  const { t, i18n } = useTranslation()
  const { data, error, refetch } = useQuery(health(device, i18n.language))
  return (
    <Card title={t('health.title')} className="health">
      {error ? <Failure error={error} retry={() => void refetch()} /> : data ? <Known health={data} /> : <Waiting />}
    </Card>
  )
}

const signs = { well: CircleCheck, trouble: HeartPulse, unseen: Hourglass }

function Known({ health }: { health: HealthView }) {
  const { t } = useTranslation()
  const format = useFormat()
  const Sign = signs[health.state]
  const titled = (status: string) => health.checks.filter(check => check.status === status)
  return (
    <>
      <p className="health-state" data-state={health.state}>
        <Sign size={20} aria-hidden />
        <span>
          {t(`health.${health.state}`)} <small>{t('health.seen', { time: format.duration(health.observedS) })}</small>
        </span>
      </p>
      {health.verdicts.length > 0 && (
        <ul className="verdicts">
          {health.verdicts.map(verdict => (
            <Verdict key={verdict.code} verdict={verdict} />
          ))}
        </ul>
      )}
      <details className="health-checks">
        <summary>{t('health.checks')}</summary>
        {titled('clear').length > 0 && (
          <p>
            {t('health.clear')}{' '}
            {titled('clear')
              .map(({ title }) => title)
              .join(t('act.comma'))}
          </p>
        )}
        {titled('unseen').length > 0 && (
          <dl>
            {[...Map.groupBy(titled('unseen'), ({ needs }) => needs)].map(([needs, alike]) => (
              <div key={needs}>
                <dt>{alike.map(({ title }) => title).join(t('act.comma'))}</dt>
                <dd>{t('health.needs', { needs: needs?.replaceAll('`', '') })}</dd>
              </div>
            ))}
          </dl>
        )}
      </details>
    </>
  )
}

function Verdict({ verdict }: { verdict: VerdictView }) {
  const { t } = useTranslation()
  const Sign = verdict.severity === 'info' ? Info : TriangleAlert
  return (
    <li className="verdict" data-severity={verdict.severity}>
      <Sign size={18} aria-hidden />
      <div>
        <h3>{verdict.sentence}</h3>
        {verdict.evidence.map(line => (
          <p key={line}>{line}</p>
        ))}
        <p className="verdict-remedy">
          <strong>{t('health.remedy')}</strong> {verdict.remedy}
        </p>
        <p className="verdict-since">
          {t('health.since')} <Ago at={verdict.since} />
        </p>
      </div>
    </li>
  )
}
