import type { JournalEntryView } from '#protocol/api.ts'
import { call } from '../../api/http.ts'
import { type EntryFilter, searchOf } from './use-entries.ts'

export type ExportForm = 'csv' | 'jsonl'

const columns = ['id', 'at', 'kind', 'device', 'deviceId', 'connectionId', 'address', 'node', 'epoch', 'text'] as const
/** Rows in one file: what a browser holds without complaint. */
const mostRows = 200_000

/** A cell that begins like a formula would be run by a spreadsheet: what boards say is not to be trusted that far. */
export function csvCell(value: unknown): string {
  const text =
    value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  const tame = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame
}

const csvLine = (entry: JournalEntryView, sentence: string): string =>
  [...columns.map(column => csvCell(entry[column])), csvCell(entry.data), csvCell(sentence)].join(',')

/** Asks for everything that fits, page by page, and hands it over as a file, each entry with its `sentence` as the page tells it. */
export async function exportJournal(
  filter: EntryFilter,
  form: ExportForm,
  tell: (entry: JournalEntryView) => string,
): Promise<void> {
  const lines: string[] = form === 'csv' ? [[...columns, 'data', 'sentence'].join(',')] : []
  let cursor: string | null = ''
  while (cursor !== null && lines.length < mostRows) {
    const search = searchOf({ ...filter, limit: 1_000 })
    if (cursor) search.set('cursor', cursor)
    const page: { entries: JournalEntryView[]; nextCursor: string | null } = await call('GET', `/api/journal?${search}`)
    for (const entry of page.entries) {
      const sentence = tell(entry).replaceAll(/[\u2066-\u2069]/g, '')
      lines.push(form === 'csv' ? csvLine(entry, sentence) : JSON.stringify({ ...entry, sentence }))
    }
    cursor = page.nextCursor
  }
  // The mark tells spreadsheets that this is UTF-8: without it Persian names turn to noise.
  const ending = form === 'csv' ? '\r\n' : '\n'
  const text = `${form === 'csv' ? '\uFEFF' : ''}${lines.join(ending)}${ending}`
  const url = URL.createObjectURL(new Blob([text], { type: form === 'csv' ? 'text/csv' : 'application/jsonl' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `darvaza-journal-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${form}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
