import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '../../parts/page.tsx'
import { Link } from '../../router.tsx'
import { Entries } from '../journal/entries.tsx'
import { useEntries } from '../journal/use-entries.ts'

export function OwnJournal({ device }: { device: string }) {
  const { t } = useTranslation()
  const entries = useEntries(useMemo(() => ({ device, limit: 30 }), [device]))
  return (
    <Card
      title={t('device.journal')}
      aside={<Link to={`/journal?device=${device}`}>{t('device.wholeJournal')}</Link>}
      className="own-journal"
    >
      <Entries entries={entries} bare />
    </Card>
  )
}
