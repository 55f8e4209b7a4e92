import { Button, CloseButton, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MintedTokens } from '#protocol/api.ts'
import { call } from '../../api/http.ts'
import { live } from '../../live/live.ts'
import { Copyable } from '../../parts/copy.tsx'
import { Failure, Note } from '../../parts/states.tsx'
import { Link } from '../../router.tsx'
import { useIsFullOwner } from '../../session.ts'
import { useSignal } from '../../signal.ts'
import { TrySimulated } from './simulated.tsx'
import { languages, type SnippetLanguage, snippetFor } from './snippets.ts'

/** The steps that connect a board: a token, a program that holds the address and the token, and the approval. */
export default function Connect({ first, onClose }: { first: boolean; onClose?: () => void }) {
  const { t } = useTranslation()
  const owner = useIsFullOwner()
  const mode = useSignal(live.enrolment)?.mode ?? 'approve'
  const [language, setLanguage] = useState<SnippetLanguage>('micropython')
  const minted = useQuery({
    queryKey: ['minted'],
    queryFn: () => call<MintedTokens>('GET', '/public/tokens'),
    enabled: mode !== 'closed',
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const kind = language === 'arduino' ? 'esp32cam' : 'pico'
  const token = (kind === 'esp32cam' ? minted.data?.esp32cam_tokens : minted.data?.pico_tokens)?.[0]

  return (
    <section className="connect" aria-labelledby="connect-title">
      <div className="card-head">
        <div>
          <h2 id="connect-title">{first ? t('connect.titleFirst') : t('connect.title')}</h2>
          <p>{t('connect.lead')}</p>
        </div>
        {onClose && <CloseButton aria-label={t('act.close')} onClick={onClose} />}
      </div>

      {mode === 'closed' ? (
        <Note tone="saffron">
          {t('connect.closed')} <Link to="/gate">{t('mode.change')}</Link>
        </Note>
      ) : minted.error ? (
        <Failure error={minted.error} retry={() => void minted.refetch()} />
      ) : (
        <ol className="steps">
          <li>
            <h3>{t('connect.board')}</h3>
            <SegmentedControl
              value={language}
              onChange={value => setLanguage(value as SnippetLanguage)}
              data={languages.map(value => ({ value, label: t(`connect.${value}`) }))}
              aria-label={t('connect.board')}
              className="wrap-control"
            />
          </li>
          <li>
            <h3>{t('connect.token')}</h3>
            <p>{t('connect.tokenLead')}</p>
            <Copyable text={token ?? '…'} label={t('connect.token')} />
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<RefreshCw size={14} />}
              loading={minted.isFetching}
              onClick={() => void minted.refetch()}
            >
              {t('connect.another')}
            </Button>
          </li>
          <li>
            <h3>{t('connect.program')}</h3>
            <p>{t(`connect.${language}Lead`)}</p>
            <Copyable block text={snippetFor(language, location.origin, token ?? '…')} label={t('connect.program')} />
            {location.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname) && (
              <Note>{t('connect.localhost')}</Note>
            )}
          </li>
          <li>
            <h3>{t('connect.approve')}</h3>
            <p>
              {t(`connect.then_${mode}`)} <Link to="/gate">{t('shell.pending')}</Link>
            </p>
          </li>
        </ol>
      )}
      {owner && first && <TrySimulated />}
    </section>
  )
}
