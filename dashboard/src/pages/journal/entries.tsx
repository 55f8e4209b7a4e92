import { Button } from '@mantine/core'
import { Activity, Ban, Gauge, Home, LogIn, LogOut, MessageSquare, UserRound } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { JournalEntryView } from '#protocol/api.ts'
import { lookup } from '#protocol/lookup.ts'
import type { EntryKind } from '#protocol/vocabulary.ts'
import { sentenceOf } from '#texts/journal-sentence.ts'
import { useFormat } from '../../format.ts'
import { journalWords } from '../../i18n/i18n.ts'
import { Failure, Waiting } from '../../parts/states.tsx'
import { Link } from '../../router.tsx'
import './entries.css'
import type { EntriesState } from './use-entries.ts'

const icons: Record<EntryKind, typeof Activity> = {
  'connection.opened': LogIn,
  'connection.closed': LogOut,
  refusal: Ban,
  message: MessageSquare,
  traffic: Activity,
  command: Gauge,
  act: UserRound,
  gateway: Home,
}

interface EntriesProps {
  entries: EntriesState
  /** Leaves out the device's name, for the device's own page. */
  bare?: boolean
}

export function Entries({
  entries: { entries, loading, error, retry, more, loadingMore },
  bare = false,
}: EntriesProps) {
  const { t } = useTranslation()
  if (error) return <Failure error={error} retry={retry} />
  if (loading) return <Waiting />
  if (entries.length === 0) return <p className="quiet">{t('journal.none')}</p>
  return (
    <>
      <ol className="entries" aria-label={t('journal.title')} data-bare={bare}>
        {entries.map(entry => (
          <Entry key={entry.id} entry={entry} bare={bare} />
        ))}
      </ol>
      {more && (
        <Button variant="subtle" loading={loadingMore} onClick={more} className="more">
          {t('journal.older')}
        </Button>
      )}
    </>
  )
}

const Entry = memo(function Entry({ entry, bare }: { entry: JournalEntryView; bare: boolean }) {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const Icon = lookup(icons, entry.kind) ?? Activity
  const sentence = sentenceOf(entry, journalWords(i18n), format)
  const at = Date.parse(entry.at)
  const gregorian = format.gregorian(at)
  return (
    <li className="entry" data-kind={entry.kind.split('.')[0]}>
      <time dateTime={entry.at}>
        <span>{format.dateTime(at)}</span>
        {gregorian && <small dir="ltr">{gregorian}</small>}
      </time>
      <span className="entry-kind" title={t(`entry.${entry.kind.replace('.', '_')}`)}>
        <Icon size={15} strokeWidth={1.8} aria-hidden />
        <span className="sr-only">{t(`entry.${entry.kind.replace('.', '_')}`)}</span>
      </span>
      <div className="entry-text">
        {!bare && entry.deviceId && (
          <Link to={`/devices/${entry.deviceId}`} className="entry-device">
            <bdi>{entry.device ?? entry.deviceId}</bdi>
          </Link>
        )}
        <details>
          <summary>
            <span dir={sentence === entry.text ? 'auto' : undefined}>{sentence}</span>
          </summary>
          {entry.diagnosis && <p className="remedy">{entry.diagnosis.remedy}</p>}
          <dl className="facts" dir="ltr">
            {entry.address && <Fact name="address" value={entry.address} />}
            {entry.connectionId && <Fact name="connection" value={entry.connectionId} />}
            <Fact name="node" value={`${entry.node} · ${entry.epoch} · #${entry.id}`} />
          </dl>
          {entry.data && <pre dir="ltr">{JSON.stringify(entry.data, null, 2)}</pre>}
        </details>
      </div>
    </li>
  )
})

const Fact = ({ name, value }: { name: string; value: string }) => {
  const { t } = useTranslation()
  return (
    <div>
      <dt>{t(`fact.${name}`)}</dt>
      <dd>{value}</dd>
    </div>
  )
}
