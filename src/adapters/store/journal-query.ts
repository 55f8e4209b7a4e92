import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { JournalQuery, JournalRow } from '../../core/journal/entry.ts'
import { type EntryKind, entryKinds } from '../../core/journal/entry.ts'
import type { JournalTable, Tables } from './tables.ts'
import { contains } from './text-search.ts'

/** More rows than a page can hold, few enough to be found in a millisecond. */
const narrow = 10_000

const rowsAtMost = 1_000

/** The rows that `query` asks for, in its order. */
export async function queryJournal(db: Kysely<Tables>, query: JournalQuery): Promise<JournalRow[]> {
  const { deviceIds, kind, text, beforeId, afterId, sinceMs, untilMs } = query
  let rows = db.selectFrom('journal').selectAll()
  // As one parameter: a person may reach more devices than a statement takes parameters.
  if (deviceIds)
    rows = rows.where('device_id', 'in', sql<string>`(select value from json_each(${JSON.stringify(deviceIds)}))`)
  if (kind !== undefined) rows = rows.where('kind', 'in', kindsOf(kind))
  if (text) rows = rows.where(({ ref }) => contains(ref('text'), text))
  if (beforeId !== undefined) rows = rows.where('id', '<', beforeId)
  if (afterId !== undefined) rows = rows.where('id', '>', afterId)
  if (sinceMs !== undefined || untilMs !== undefined) rows = within(rows, sinceMs ?? 0, untilMs ?? latest)
  const found = await rows
    .orderBy('id', afterId === undefined ? 'desc' : 'asc')
    .limit(Math.min(Math.max(query.limit, 1), rowsAtMost))
    .execute()
  return found.map(fromTable)
}

/** `connection` is `connection.opened` and `connection.closed`. */
const kindsOf = (kind: string): EntryKind[] => entryKinds.filter(known => `${known}.`.startsWith(`${kind}.`))

/** Beyond every moment and every id. */
const latest = Number.MAX_SAFE_INTEGER

/**
 * Rows of a span of time. Ids follow the clock, unless it was set back, so the span alone could mean reading the whole
 * journal to find nothing more. If few rows are in it, their lowest and highest id bound the search, exactly.
 */
function within<Query extends SelectQueryBuilder<Tables, 'journal', JournalTable>>(
  rows: Query,
  sinceMs: number,
  untilMs: number,
): SelectQueryBuilder<Tables, 'journal', JournalTable> {
  const span = sql`(select id from journal where at >= ${sinceMs} and at <= ${untilMs} limit ${narrow})`
  return rows
    .where('at', '>=', sinceMs)
    .where('at', '<=', untilMs)
    .where('id', '>=', sql<number>`(select iif(count(*) = ${narrow}, 0, coalesce(min(id), ${latest})) from ${span})`)
    .where('id', '<=', sql<number>`(select iif(count(*) = ${narrow}, ${latest}, coalesce(max(id), 0)) from ${span})`)
}

function fromTable(row: JournalTable): JournalRow {
  return {
    id: row.id,
    at: row.at,
    node: row.node,
    epoch: row.epoch,
    kind: row.kind as EntryKind,
    ...(row.device_id !== null && { deviceId: row.device_id }),
    ...(row.connection_id !== null && { connectionId: row.connection_id }),
    ...(row.address !== null && { address: row.address }),
    text: row.text,
    ...(row.data !== null && { data: JSON.parse(row.data) as Record<string, unknown> }),
  }
}
