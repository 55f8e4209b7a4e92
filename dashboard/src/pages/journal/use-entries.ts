import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { JournalEntryView, JournalPage } from '#protocol/api.ts'
import { needlesIn } from '#texts/fold.ts'
import { holds, readingOf } from '#texts/journal-search-text.ts'
import { call } from '../../api/http.ts'
import { useFormat } from '../../format.ts'
import { journalWords } from '../../i18n/i18n.ts'
import { live } from '../../live/live.ts'

export interface EntryFilter {
  device?: string
  kind?: string
  q?: string
  since?: string
  limit?: number
}

/** The most live rows that are kept. Older rows are fetched with the pages of history. */
const mostLive = 500

export function searchOf(filter: EntryFilter): URLSearchParams {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(filter)) if (value) search.set(name, String(value))
  return search
}

/** Entries of the journal: pages of history, and live entries before them as they happen. */
export function useEntries(filter: EntryFilter) {
  const { i18n } = useTranslation()
  const format = useFormat()
  const { language } = format
  const [fresh, setFresh] = useState<JournalEntryView[]>([])
  const history = useInfiniteQuery({
    queryKey: ['journal', filter, language],
    queryFn: ({ pageParam }) => {
      const search = searchOf({ limit: 100, ...filter })
      if (pageParam) search.set('cursor', pageParam)
      return call<JournalPage>('GET', `/api/journal?${search}`)
    },
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor,
    staleTime: 0,
    gcTime: 0,
  })

  useEffect(() => {
    setFresh([])
    const { device, kind, q } = filter
    const needles = needlesIn(q ?? '')
    const words = journalWords(i18n)
    return live.follow({ ...(device ? { device } : {}), ...(kind ? { kind } : {}), language }, entries => {
      const fitting = entries.filter(entry => holds(readingOf(entry, words, format), needles))
      if (fitting.length > 0) setFresh(before => [...fitting.toReversed(), ...before].slice(0, mostLive))
    })
  }, [filter, i18n, format, language])

  // An entry can be both live and in the history. Entries made while the connection was lost are in the history only.
  const entries = useMemo(() => {
    const rows = new Map<number, JournalEntryView>()
    for (const entry of [...fresh, ...(history.data?.pages.flatMap(page => page.entries) ?? [])])
      rows.set(entry.id, entry)
    return [...rows.values()].sort((a, b) => b.id - a.id)
  }, [fresh, history.data])

  const { refetch } = history
  useEffect(() => {
    let was = live.socket.state.value
    return live.socket.state.subscribe(() => {
      const is = live.socket.state.value
      if (was === 'waiting' && is === 'open') void refetch()
      was = is
    })
  }, [refetch])

  return {
    entries,
    loading: history.isPending,
    error: history.error,
    retry: () => void history.refetch(),
    more: history.hasNextPage ? () => void history.fetchNextPage() : undefined,
    loadingMore: history.isFetchingNextPage,
  }
}

export type EntriesState = ReturnType<typeof useEntries>
