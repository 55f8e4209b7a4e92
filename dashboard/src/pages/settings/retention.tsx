import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SettingsView } from '#protocol/settings.ts'
import { call } from '../../api/http.ts'
import { settings, useChange } from '../../api/queries.ts'
import { useFormat } from '../../format.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Form } from '../../parts/form.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { Card } from '../../parts/page.tsx'
import { Failure, Waiting } from '../../parts/states.tsx'
import { toast, toastFailure } from '../../parts/toast.tsx'

export default function Retention() {
  const { data, error, refetch } = useQuery(settings)
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <Waiting />
  return <Known key={JSON.stringify(data)} now={data} />
}

function Known({ now }: { now: SettingsView }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [days, setDays] = useState(String(now.journalMaxAgeDays))
  const [mb, setMb] = useState(String(now.journalMaxMb))
  const [asked, setAsked] = useState(false)
  const change = useChange((body: SettingsView) => call('PUT', '/api/settings', body), [['settings']])
  const entered: SettingsView = { journalMaxAgeDays: Number(days), journalMaxMb: Number(mb) }
  const valid = entered.journalMaxAgeDays >= 1 && entered.journalMaxMb >= 1
  const less = entered.journalMaxAgeDays < now.journalMaxAgeDays || entered.journalMaxMb < now.journalMaxMb
  const save = () => change.mutateAsync(entered).then(() => toast({ tone: 'leaf', text: t('act.saved') }))
  return (
    <Card title={t('retention.title')} lead={t('retention.lead')}>
      <Form onSubmit={() => (less ? setAsked(true) : save().catch(toastFailure))}>
        <NumberField label={t('retention.days')} value={days} onChange={setDays} />
        <NumberField label={t('retention.mb')} value={mb} onChange={setMb} />
        <div className="buttons">
          <Button type="submit" disabled={!valid} loading={change.isPending}>
            {t('act.save')}
          </Button>
        </div>
      </Form>
      {asked && (
        <Confirm
          title={t('retention.lessTitle')}
          act={t('retention.lessAct')}
          danger
          onClose={() => setAsked(false)}
          onConfirm={save}
        >
          <p>
            {t('retention.less', {
              count: entered.journalMaxAgeDays,
              days: format.number(entered.journalMaxAgeDays),
              mb: format.number(entered.journalMaxMb),
            })}
          </p>
        </Confirm>
      )}
    </Card>
  )
}
