import { type QueryCreator, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import { type EntryKind, entryKinds } from '#protocol/vocabulary.ts'
import { isAscii, needlesIn } from '#texts/fold.ts'
import { isOfKind, type JournalQuery, type JournalRow, type Search } from '../../../core/journal/entry.ts'
import type { Database } from '../database.ts'
import { rowsOf } from '../prepared-query.ts'
import type { JournalTable, Tables } from '../tables.ts'
import { sqliteQueries } from './sqlite-queries.ts'

type Rows<Columns> = SelectQueryBuilder<Tables, 'journal', Columns>

const rowsAtMost = 1_000
/** Rows searched for words in one slice: 6 MB, a sixth of a second on an SD card. Then other searches have a turn. */
const sliceRows = 20_000
/** For at most this many devices, rows are counted by index. */
const fewDevices = 20
/** More rows than a page can hold, few enough to be found in a millisecond. */
const narrow = 10_000
/** Later than every time, higher than every id. */
const latest = Number.MAX_SAFE_INTEGER

const queries: QueryCreator<Tables> = sqliteQueries<Tables>()

/** Makes the function that searches the journal through one connection. */
export function journalSearch(reader: Database): (query: JournalQuery) => Promise<JournalRow[]> {
  let before: Promise<unknown> = Promise.resolve()
  // Searches take turns, a slice each: a page without a search waits for one slice at most, however many searches run.
  const inTurn = <Result>(slice: () => Promise<Result>): Promise<Result> => {
    const now = before.then(slice)
    before = now.catch(() => {})
    return now
  }
  return query => queryJournal(reader, query, query.search ? inTurn : slice => slice())
}

/** The rows that match `query`, in its order. */
async function queryJournal(
  reader: Database,
  query: JournalQuery,
  inTurn: <Result>(slice: () => Promise<Result>) => Promise<Result>,
): Promise<JournalRow[]> {
  const limit = Math.min(Math.max(query.limit, 1), rowsAtMost)
  const found: JournalTable[] = []
  const search = async (slice: JournalQuery): Promise<JournalQuery | undefined> => {
    if (query.signal?.aborted) return undefined
    const end = query.search ? await sliceEnd(reader, slice) : undefined
    const rows = matching(bounded(queries.selectFrom('journal').selectAll(), slice, end), slice)
    found.push(...(await rowsOf(reader, rows.limit(limit - found.length))))
    return end === undefined || found.length === limit ? undefined : beyond(slice, end)
  }
  for (let slice: JournalQuery | undefined = query; slice; ) {
    const next: JournalQuery = slice
    slice = await inTurn(() => search(next))
  }
  return found.map(fromTable)
}

/** Id of the last row of the next slice; undefined when the rows that are left fit into one slice. */
async function sliceEnd(reader: Database, query: JournalQuery): Promise<number | undefined> {
  const all = bounded(queries.selectFrom('journal').select('id'), query)
  const rows = query.deviceIds && query.deviceIds.length <= fewDevices ? ofDevices(all, query.deviceIds) : all
  const [last] = await rowsOf(reader, rows.offset(sliceRows).limit(1))
  return last?.id
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
 * Rows of a span of time. A condition on times alone could read the whole journal to find nothing more. Ids follow the
 * clock, unless it was set back: the index of times gives the highest id of the span, and the lowest if it is narrow.
 */
function within<Columns>(rows: Rows<Columns>, sinceMs: number, untilMs?: number): Rows<Columns> {
  const span = sql`from journal where at >= ${sinceMs} and at <= ${untilMs ?? latest}`
  const lowest = sql<number>`(select iif(count(*) = ${narrow}, 0, coalesce(min(id), ${latest}))
    from (select id ${span} limit ${narrow}))`
  const some = rows.where('at', '>=', sinceMs).where('id', '>=', lowest)
  if (untilMs === undefined) return some
  return some.where('at', '<=', untilMs).where('id', '<=', sql<number>`(select coalesce(max(id), 0) ${span})`)
}

function matching<Columns>(rows: Rows<Columns>, { deviceIds, kind, search }: JournalQuery): Rows<Columns> {
  let some = rows
  if (deviceIds) some = ofDevices(some, deviceIds)
  if (kind !== undefined) some = some.where('kind', 'in', kindsOf(kind))
  if (search) some = some.where(holds(search))
  return some
}

const holds = ({ text, language }: Search) => sql<SqlBool>`
  ${sql.join(
    [
      sql`true`,
      ...needlesIn(text)
        .filter(word => language === 'en' && isAscii(word))
        .map(mayHold),
    ],
    sql` and `,
  )}
  and holds_words(${language}, ${text}, kind, device_id, connection_id, address, text, data,
    (select record ->> 'name' from devices where devices.id = device_id))`

/** Rules out rows without a call of `holds_words`, twenty times faster. LIKE ignores the case of ASCII letters only. */
function mayHold(word: string) {
  const some = (column: string) =>
    sql`${sql.ref(column)} like ${`%${word.replaceAll(/[\\%_]/g, '\\$&')}%`} escape '\\' or ${sql.ref(column)} glob '*[^ -~]*'`
  return sql`(kind = 'gateway' or ${some('text')} or ${some('address')} or ${some('connection_id')} or ${some('device_id')}
    or device_id in (select id from devices where ${some('record')}))`
}

/** Passes the ids as one parameter: a person may have more devices than a statement takes parameters. */
const ofDevices = <Columns>(rows: Rows<Columns>, ids: readonly string[]): Rows<Columns> =>
  rows.where('device_id', 'in', sql<string>`(select value from json_each(${JSON.stringify(ids)}))`)

const kindsOf = (asked: string): EntryKind[] => entryKinds.filter(kind => isOfKind(kind, asked))

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
