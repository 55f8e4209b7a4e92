import type { JournalEntryView } from '#protocol/api.ts'
import { call } from '../../api/http.ts'
import { type EntryFilter, searchOf } from './use-entries.ts'

export type ExportForm = 'csv' | 'jsonl'

const columns = ['id', 'at', 'kind', 'device', 'deviceId', 'connectionId', 'address', 'node', 'epoch', 'text'] as const
/** The most rows in one file, because the browser holds all of it in memory. */
const mostRows = 200_000

/**
 * One cell of a CSV file. Text that begins like a formula gets an apostrophe: a spreadsheet would run the formula, and
 * boards choose much of this text.
 */
export function csvCell(value: unknown): string {
  const text =
    value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  const tame = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame
}

const csvLine = (entry: JournalEntryView, sentence: string): string =>
  [...columns.map(column => csvCell(entry[column])), csvCell(entry.data), csvCell(sentence)].join(',')

/** Reads all entries that fit the filter, page by page, and downloads them as a file, each with its `sentence`. */
export async function exportJournal(
  filter: EntryFilter,
  form: ExportForm,
  sentenceOf: (entry: JournalEntryView) => string,
): Promise<void> {
  const lines: string[] = form === 'csv' ? [[...columns, 'data', 'sentence'].join(',')] : []
  let cursor: string | null = ''
  while (cursor !== null && lines.length < mostRows) {
    const search = searchOf({ ...filter, limit: 1_000 })
    if (cursor) search.set('cursor', cursor)
    const page: { entries: JournalEntryView[]; nextCursor: string | null } = await call('GET', `/api/journal?${search}`)
    for (const entry of page.entries) {
      const sentence = sentenceOf(entry).replaceAll(/[\u2066-\u2069]/g, '')
      lines.push(form === 'csv' ? csvLine(entry, sentence) : JSON.stringify({ ...entry, sentence }))
    }
    cursor = page.nextCursor
  }
  // Spreadsheets read UTF-8 only after a byte order mark; without it Persian names are garbled.
  const ending = form === 'csv' ? '\r\n' : '\n'
  const text = `${form === 'csv' ? '\uFEFF' : ''}${lines.join(ending)}${ending}`
  const url = URL.createObjectURL(new Blob([text], { type: form === 'csv' ? 'text/csv' : 'application/jsonl' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `darvaza-journal-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${form}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
