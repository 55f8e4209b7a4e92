import type { Kysely } from 'kysely'
import type { JournalRow, JournalStore } from '../../core/journal/entry.ts'
import { queryJournal } from './journal-query.ts'
import { prune } from './retention.ts'
import { statement } from './sqlite-dialect.ts'
import type { SqliteThread } from './sqlite-thread.ts'
import type { Value } from './sqlite-worker.ts'
import type { JournalTable, Tables } from './tables.ts'

/** Rows are written through `thread` and `db`, and searched through `reader`. Pruning ends early when `stopped`. */
export function journalStore(
  thread: SqliteThread,
  db: Kysely<Tables>,
  reader: Kysely<Tables>,
  stopped: () => boolean,
): JournalStore {
  const insert = statement(db.insertInto('journal').values(columns))

  return {
    async append(rows) {
      await thread.run([{ ...insert, rows: rows.map(parametersOf) }])
    },

    query: query => queryJournal(reader, query),

    async lastId() {
      const row = await db.selectFrom('sqlite_sequence').select('seq').where('name', '=', 'journal').executeTakeFirst()
      return row?.seq ?? 0
    },

    prune: limits => prune(thread, db, limits, stopped),
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
