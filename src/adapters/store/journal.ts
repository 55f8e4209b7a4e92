import type { Kysely } from 'kysely'
import type { JournalRow, JournalStore } from '../../core/journal/entry.ts'
import { queryJournal } from './journal-query.ts'
import { prune } from './retention.ts'
import { statement } from './sqlite-dialect.ts'
import type { SqliteThread } from './sqlite-thread.ts'
import type { Value } from './sqlite-worker.ts'
import type { JournalTable, Tables } from './tables.ts'

/** Rows are written through `thread` and `db`, and searched through `reader`. */
export function journalStore(
  thread: SqliteThread,
  db: Kysely<Tables>,
  reader: Kysely<Tables>,
): JournalStore & { stopPruning(): Promise<void> } {
  const stop = new AbortController()
  const running = new Set<Promise<number>>()
  const insert = statement(db.insertInto('journal').values(columns))

  return {
    async append(rows) {
      await thread.run([{ ...insert, rows: rows.map(parametersOf) }])
    },

    query: query => queryJournal(reader, query),

    async lastId() {
      const newest = await db.selectFrom('journal').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst()
      const head = await db.selectFrom('journal_head').select('last_id').executeTakeFirst()
      return Math.max(newest?.id ?? 0, head?.last_id ?? 0)
    },

    prune(limits) {
      const pruning = prune(thread, db, limits, stop.signal).finally(() => running.delete(pruning))
      running.add(pruning)
      return pruning
    },

    async stopPruning() {
      stop.abort()
      await Promise.allSettled(running)
    },
  }
}

/** Names the columns in the order in which `parametersOf` fills them. */
const columns: JournalTable = {
  id: 0,
  at: 0,
  node: '',
  epoch: 0,
  kind: '',
  device_id: '',
  connection_id: '',
  address: '',
  text: '',
  data: '',
}

const parametersOf = (row: JournalRow): Value[] => [
  row.id,
  row.at,
  row.node,
  row.epoch,
  row.kind,
  row.deviceId ?? null,
  row.connectionId ?? null,
  row.address ?? null,
  // A NUL would hide what follows it from LIKE, and PostgreSQL refuses it.
  row.text.includes('\0') ? row.text.replaceAll('\0', '\ufffd') : row.text,
  row.data ? JSON.stringify(row.data) : null,
]
