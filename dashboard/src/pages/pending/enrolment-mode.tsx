import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EnrolmentView } from '#protocol/api.ts'
import { type EnrolmentMode, enrolmentModes } from '#protocol/vocabulary.ts'
import { call } from '../../api/http.ts'
import { enrolment as enrolmentQuery, useChange } from '../../api/queries.ts'
import { useFormat } from '../../format.ts'
import { live } from '../../live/live.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { NumberField } from '../../parts/number-field.tsx'
import { Card } from '../../parts/page.tsx'
import { Failure, Waiting } from '../../parts/states.tsx'
import { Countdown } from '../../parts/time.tsx'
import { toastFailure } from '../../parts/toast.tsx'
import { useIsFullOwner } from '../../session.ts'
import { useSignal } from '../../signal.ts'
import './enrolment-mode.css'

const minutes = [1, 5, 15, 60]

/** Selects the enrolment mode. Modes that accept boards without approval, or refuse all, need a confirmation. */
export function EnrolmentModeCard() {
  const { t } = useTranslation()
  const owner = useIsFullOwner()
  const pushed = useSignal(live.enrolment)
  const fetched = useQuery({ ...enrolmentQuery, enabled: !pushed })
  const [chosen, setChosen] = useState<EnrolmentMode>()
  const change = useChange(
    (body: object) => call<EnrolmentView>('PUT', '/api/enrolment', body),
    [enrolmentQuery.queryKey as readonly string[]],
  )
  const setting = pushed ?? fetched.data
  if (fetched.error && !setting) return <Failure error={fetched.error} retry={() => void fetched.refetch()} />
  if (!setting) return <Waiting />

  const put = (body: { mode: EnrolmentMode; seconds?: number; boards?: number }) =>
    change.mutateAsync(body).then(answer => live.enrolment.set(answer))
  const choose = (mode: EnrolmentMode) => {
    if (mode === setting.mode) return
    if (mode === 'approve') put({ mode }).catch(toastFailure)
    else setChosen(mode)
  }

  return (
    <Card title={t('mode.title')} className="mode-card">
      <div className="modes" role="radiogroup" aria-label={t('mode.title')}>
        {enrolmentModes.map(mode => (
          <label key={mode} className="mode" data-on={setting.mode === mode} data-mode={mode}>
            <input
              type="radio"
              name="mode"
              value={mode}
              checked={setting.mode === mode}
              disabled={!owner}
              onChange={() => choose(mode)}
            />
            <span>
              <strong>{t(`mode.${mode}`)}</strong>
              <small>{t(`mode.${mode}Means`)}</small>
              {mode === 'pairing' && setting.mode === 'pairing' && <Window setting={setting} />}
            </span>
          </label>
        ))}
      </div>
      {!owner && <p className="quiet">{t('mode.ownerOnly')}</p>}
      {chosen === 'pairing' && <Pairing onClose={() => setChosen(undefined)} onConfirm={put} />}
      {(chosen === 'open' || chosen === 'closed') && (
        <Confirm
          title={t(`mode.${chosen}`)}
          act={t(`mode.${chosen}Act`)}
          danger={chosen === 'open'}
          onClose={() => setChosen(undefined)}
          onConfirm={() => put({ mode: chosen })}
        >
          <p>{t(`mode.${chosen}Consequence`)}</p>
        </Confirm>
      )}
    </Card>
  )
}

function Window({ setting }: { setting: EnrolmentView }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (!setting.pairingUntil) return null
  return (
    <span className="window">
      <Countdown until={Date.parse(setting.pairingUntil)} />
      <span>
        {t('mode.windowBoards', {
          approved: format.number(setting.approved ?? 0),
          boards: format.number(setting.boards ?? 1),
        })}
      </span>
    </span>
  )
}

interface PairingProps {
  onClose(): void
  onConfirm(body: { mode: 'pairing'; seconds: number; boards: number }): Promise<unknown>
}

function Pairing({ onClose, onConfirm }: PairingProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [length, setLength] = useState(5)
  const [boards, setBoards] = useState('1')
  const most = 10_000
  return (
    <Confirm
      title={t('mode.pairing')}
      act={t('mode.pairingAct')}
      onClose={onClose}
      onConfirm={() =>
        onConfirm({ mode: 'pairing', seconds: length * 60, boards: Math.min(most, Math.max(1, Number(boards))) })
      }
    >
      <p>{t('mode.pairingConsequence')}</p>
      <NativeSelect
        label={t('mode.length')}
        value={String(length)}
        onChange={event => setLength(Number(event.currentTarget.value))}
        data={minutes.map(value => ({ value: String(value), label: format.duration(value * 60) }))}
      />
      <NumberField label={t('mode.boards')} value={boards} onChange={setBoards} />
    </Confirm>
  )
}
