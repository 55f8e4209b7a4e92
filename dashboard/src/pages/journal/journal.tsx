import { Button, Menu, NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Download, Search } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { entryKinds } from '#protocol/vocabulary.ts'
import { sentenceOf } from '#texts/journal-sentence.ts'
import { useFormat } from '../../format.ts'
import { journalWords } from '../../i18n/i18n.ts'
import { useDevices } from '../../live/live.ts'
import { useSubmit } from '../../parts/form.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { Entries } from './entries.tsx'
import { type ExportForm, exportJournal } from './export.ts'
import { useEntries } from './use-entries.ts'

/** The kinds to choose from. `connection` stands for every kind that begins with it. */
const kinds = [...new Set(entryKinds.map(kind => kind.split('.')[0]!))]
const spans = ['', '1h', '24h', '7d'] as const
const spanMs: Record<string, number> = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 }

export default function Journal() {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const devices = useDevices() ?? []
  const [text, setText] = useState('')
  const [kind, setKind] = useState('')
  const [span, setSpan] = useState<string>('')
  const [device, setDevice] = useState(() => new URLSearchParams(location.search).get('device') ?? '')
  const [q] = useDebouncedValue(text.trim(), 250)
  const filter = useMemo(
    () => ({
      ...(device ? { device } : {}),
      ...(kind ? { kind } : {}),
      ...(q ? { q } : {}),
      ...(span ? { since: new Date(Date.now() - spanMs[span]!).toISOString() } : {}),
    }),
    [device, kind, q, span],
  )
  const entries = useEntries(filter)
  const { busy: exporting, submit } = useSubmit()
  const save = (form: ExportForm) =>
    submit(() => exportJournal(filter, form, entry => sentenceOf(entry, journalWords(i18n), format)))

  return (
    <Page
      title={t('journal.title')}
      lead={t('journal.lead')}
      actions={
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" leftSection={<Download size={16} />} loading={exporting}>
              {t('journal.export')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void save('csv')}>{t('journal.csv')}</Menu.Item>
            <Menu.Item onClick={() => void save('jsonl')}>{t('journal.jsonl')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      }
    >
      <search className="filters">
        <TextInput
          type="search"
          aria-label={t('filter.searchText')}
          placeholder={t('filter.searchText')}
          leftSection={<Search size={16} aria-hidden />}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
        />
        <NativeSelect
          aria-label={t('filter.what')}
          value={kind}
          onChange={event => setKind(event.currentTarget.value)}
          data={[
            { value: '', label: t('filter.anything') },
            ...kinds.map(value => ({ value, label: t(`entries.${value}`) })),
          ]}
        />
        <NativeSelect
          aria-label={t('filter.device')}
          value={device}
          onChange={event => setDevice(event.currentTarget.value)}
          data={[
            { value: '', label: t('filter.anyDevice') },
            ...devices.map(({ id, name }) => ({ value: id, label: name })),
            ...(device && !devices.some(({ id }) => id === device) ? [{ value: device, label: device }] : []),
          ]}
        />
        <NativeSelect
          aria-label={t('filter.time')}
          value={span}
          onChange={event => setSpan(event.currentTarget.value)}
          data={spans.map(value => ({ value, label: t(`filter.span${value}`) }))}
        />
      </search>
      <Card className="journal-card">
        <Entries entries={entries} />
      </Card>
    </Page>
  )
}
