import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import { type EntryKind, entryKinds, type JournalQuery, type JournalRow } from '../../core/journal/entry.ts'
import type { JournalTable, Tables } from './tables.ts'
import { contains } from './text-search.ts'

type Rows<Columns> = SelectQueryBuilder<Tables, 'journal', Columns>

const rowsAtMost = 1_000
/** Rows in which text is searched at once: 6 MB, a sixth of a second on an SD card. Then others get their turn. */
const sliceRows = 20_000
/** The rows of so few devices are found by index and searched at once. */
const fewDevices = 20
/** More rows than a page can hold, few enough to be found in a millisecond. */
const narrow = 10_000
/** Beyond every moment and every id. */
const latest = Number.MAX_SAFE_INTEGER

/** The rows that `query` asks for, in its order. */
export async function queryJournal(db: Kysely<Tables>, query: JournalQuery): Promise<JournalRow[]> {
  const limit = Math.min(Math.max(query.limit, 1), rowsAtMost)
  const isSliced = query.text && !(query.deviceIds && query.deviceIds.length <= fewDevices)
  const found: JournalTable[] = []
  for (let slice: JournalQuery | undefined = query; slice; ) {
    const end: number | undefined = isSliced ? await sliceEnd(db, slice) : undefined
    const rows = matching(bounded(db.selectFrom('journal').selectAll(), slice, end), slice)
    found.push(...(await rows.limit(limit - found.length).execute()))
    slice = end === undefined || found.length === limit ? undefined : beyond(slice, end)
  }
  return found.map(fromTable)
}

/** Id of the last row of the next slice; nothing when few rows are left. */
async function sliceEnd(db: Kysely<Tables>, query: JournalQuery): Promise<number | undefined> {
  const rows = bounded(db.selectFrom('journal').select('id'), query)
  return (await rows.offset(sliceRows).limit(1).executeTakeFirst())?.id
}

const beyond = (query: JournalQuery, id: number): JournalQuery =>
  query.afterId === undefined ? { ...query, beforeId: id } : { ...query, afterId: id }

/** Rows within the query's ids and times, in its order, up to the row `end`. */
function bounded<Columns>(rows: Rows<Columns>, query: JournalQuery, end?: number): Rows<Columns> {
  const { beforeId, afterId, sinceMs, untilMs } = query
  const isForwards = afterId !== undefined
  let some = rows.orderBy('id', isForwards ? 'asc' : 'desc')
  if (beforeId !== undefined) some = some.where('id', '<', beforeId)
  if (afterId !== undefined) some = some.where('id', '>', afterId)
  if (end !== undefined) some = some.where('id', isForwards ? '<=' : '>=', end)
  if (sinceMs !== undefined || untilMs !== undefined) some = within(some, sinceMs ?? 0, untilMs)
  return some
}

/**
 * Rows of a span of time. Ids follow the clock, unless it was set back, so the times alone could mean reading the whole
 * journal to find nothing more. The index of times tells the highest id of the span, and the lowest if it is narrow.
 */
function within<Columns>(rows: Rows<Columns>, sinceMs: number, untilMs?: number): Rows<Columns> {
  const span = sql`from journal where at >= ${sinceMs} and at <= ${untilMs ?? latest}`
  const lowest = sql<number>`(select iif(count(*) = ${narrow}, 0, coalesce(min(id), ${latest}))
    from (select id ${span} limit ${narrow}))`
  const some = rows.where('at', '>=', sinceMs).where('id', '>=', lowest)
  if (untilMs === undefined) return some
  return some.where('at', '<=', untilMs).where('id', '<=', sql<number>`(select coalesce(max(id), 0) ${span})`)
}

function matching<Columns>(rows: Rows<Columns>, { deviceIds, kind, text }: JournalQuery): Rows<Columns> {
  let some = rows
  // As one parameter: a person may reach more devices than a statement takes parameters.
  if (deviceIds)
    some = some.where('device_id', 'in', sql<string>`(select value from json_each(${JSON.stringify(deviceIds)}))`)
  if (kind !== undefined) some = some.where('kind', 'in', kindsOf(kind))
  if (text) some = some.where(({ ref }) => contains(ref('text'), text))
  return some
}

/** `connection` is `connection.opened` and `connection.closed`. */
const kindsOf = (kind: string): EntryKind[] => entryKinds.filter(known => `${known}.`.startsWith(`${kind}.`))

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
