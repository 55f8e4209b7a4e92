import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ShieldQuestion } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { boardFailures } from '../../../../src/errors/boards.ts'
import { call } from '../../api/http.ts'
import type { JournalEntryView } from '../../api/types.ts'
import { useFormat } from '../../format.ts'
import { live } from '../../live/live.ts'
import { Card } from '../../parts/page.tsx'
import { Failure, Pill, Waiting } from '../../parts/states.tsx'
import { Ago } from '../../parts/time.tsx'

interface Group {
  key: string
  code: string
  address: string
  library: string
  saysItIs: string
  path: string
  count: number
  last: string
}

const word = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The same mistake of the same board is one thing to fix, however often it tried. */
export function group(entries: readonly JournalEntryView[]): Group[] {
  const groups = new Map<string, Group>()
  for (const { data, address, at } of entries) {
    // A person who mistyped a password, or a program without a key: not at the boards' door.
    if (typeof data?.route === 'string') continue
    const code = word(data?.code)
    const library = word(data?.library)
    const key = [address, code, library, word(data?.saysItIs)].join('|')
    const known = groups.get(key)
    if (known) {
      known.count++
      if (at > known.last) known.last = at
    } else {
      const fresh = {
        key,
        code,
        library,
        address: address ?? '',
        saysItIs: word(data?.saysItIs),
        path: word(data?.path),
      }
      groups.set(key, { ...fresh, count: 1, last: at })
    }
  }
  return [...groups.values()].sort((a, b) => b.last.localeCompare(a.last))
}

export function Refusals() {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const language = i18n.language === 'fa' ? 'fa' : 'en'
  const { data, error, refetch } = useQuery({
    queryKey: ['refusals'],
    queryFn: () => call<{ entries: JournalEntryView[] }>('GET', '/api/journal?kind=refusal&limit=200'),
  })
  useEffect(
    () => live.follow({ kind: 'refusal' }, () => void client.invalidateQueries({ queryKey: ['refusals'] })),
    [client],
  )
  const groups = useMemo(() => (data ? group(data.entries).slice(0, 12) : undefined), [data])

  return (
    <Card title={t('refusals.title')} lead={t('refusals.lead')}>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !groups ? (
        <Waiting />
      ) : groups.length === 0 ? (
        <p className="quiet">{t('refusals.none')}</p>
      ) : (
        <ul className="refusals">
          {groups.map(one => {
            const failure = boardFailures[one.code as keyof typeof boardFailures]
            const special = specialHint(one)
            return (
              <li key={one.key}>
                <ShieldQuestion size={20} strokeWidth={1.6} aria-hidden />
                <div>
                  <h3>{failure ? failure.message[language] : one.code}</h3>
                  <p className="refusal-who">
                    <bdi dir="ltr">{one.saysItIs || one.address}</bdi>
                    {one.saysItIs && <bdi dir="ltr">{one.address}</bdi>}
                    {one.library && <bdi dir="ltr">{one.library}</bdi>}
                    <Ago at={one.last} />
                    {one.count > 1 && (
                      <Pill>{t('refusals.times', { count: one.count, n: format.number(one.count) })}</Pill>
                    )}
                  </p>
                  <p className="remedy">{special ? t(special) : failure?.hint[language]}</p>
                </div>
              </li>
            )
          })}
        </ul>
      )}
    </Card>
  )
}

/** Where the library's habit is known, the remedy names it. */
function specialHint({ code, library }: Group): string | undefined {
  if (code !== 'token_missing') return undefined
  if (/links2004/.test(library)) return 'refusals.links2004'
  if (/browser/.test(library)) return 'refusals.browser'
  if (/ArduinoWebsockets/.test(library)) return 'refusals.tiny'
  return undefined
}
