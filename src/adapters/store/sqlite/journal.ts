import type { JournalRow, JournalStore } from '../../../core/journal/entry.ts'
import { loadOnce } from '../../../core/load-once.ts'
import type { JournalTable } from '../tables.ts'
import { prune } from './retention.ts'
import type { SqliteThread } from './sqlite-thread.ts'
import type { Value } from './sqlite-worker.ts'

/** Rows are written through `thread`, and searched through `reader`. */
export function journalStore(
  thread: SqliteThread,
  reader: SqliteThread,
): JournalStore & { stopPruning(): Promise<void> } {
  const stop = new AbortController()
  const running = new Set<Promise<number>>()
  // The query builder comes with the first search: of its 250 files a start needs none (docs/decisions/0005-start.md).
  const searching = loadOnce(async () => (await import('./journal-query.ts')).journalSearch(reader))

  return {
    async append(rows) {
      await thread.run([{ sql: insert, rows: rows.map(parametersOf) }])
    },

    async query(query) {
      const search = await searching()
      return search(query)
    },

    async lastId() {
      const [last] = await thread.all<{ id: number }>(
        `select max(coalesce((select max(id) from journal), 0), coalesce((select last_id from journal_head), 0)) as id`,
      )
      return last!.id
    },

    prune(limits) {
      const pruning = prune(thread, limits, stop.signal).finally(() => running.delete(pruning))
      running.add(pruning)
      return pruning
    },

    async stopPruning() {
      stop.abort()
      await Promise.allSettled(running)
    },
  }
}

/** In the order in which `parametersOf` fills them. */
const columns = [
  'id',
  'at',
  'node',
  'epoch',
  'kind',
  'device_id',
  'connection_id',
  'address',
  'text',
  'data',
] as const satisfies (keyof JournalTable)[]

/**
 * A row may come again where the answer to its batch was lost with the thread. One that is there already stays; another
 * one with its id is refused, as a null in `node` always is.
 */
const insert = `insert into journal (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})
  on conflict (id) do update set node = iif(node = excluded.node and epoch = excluded.epoch and at = excluded.at
    and text = excluded.text, node, null)`

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
