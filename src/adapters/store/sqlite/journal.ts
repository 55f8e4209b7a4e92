import type { JournalRow, JournalStore } from '../../../core/journal/entry.ts'
import type { Database } from '../database.ts'
import { type From, prepare } from '../prepared-query.ts'
import type { Tables } from '../tables.ts'
import { journalSearch } from './journal-search.ts'
import { prune } from './retention.ts'
import { sqliteQueries } from './sqlite-queries.ts'

/** Rows are written through `writer`, and searched through `reader`. */
export function journalStore(writer: Database, reader: Database): JournalStore & { stopPruning(): Promise<void> } {
  const stop = new AbortController()
  const running = new Set<Promise<number>>()

  return {
    async append(rows) {
      await writer.run([insert.each(rows)])
    },

    query: journalSearch(reader),

    async lastId() {
      const [last] = await lastId.rows(writer)
      return last!.id
    },

    prune(limits) {
      const pruning = prune(writer, limits, stop.signal).finally(() => running.delete(pruning))
      running.add(pruning)
      return pruning
    },

    async stopPruning() {
      stop.abort()
      await Promise.allSettled(running)
    },
  }
}

const queries = sqliteQueries<Tables>()

/**
 * A row is written again where the answer to its batch was lost as the thread ended. The stored row stays as it is; a
 * different row with its id sets `node` to null, which the table refuses.
 */
const insert = prepare((from: From<JournalRow>) =>
  queries
    .insertInto('journal')
    .values({
      id: from('id'),
      at: from('at'),
      node: from('node'),
      epoch: from('epoch'),
      kind: from('kind'),
      device_id: from(row => row.deviceId ?? null),
      connection_id: from(row => row.connectionId ?? null),
      address: from(row => row.address ?? null),
      // A NUL would hide what follows it from LIKE, and PostgreSQL refuses it.
      text: from(({ text }) => (text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text)),
      data: from(row => (row.data ? JSON.stringify(row.data) : null)),
    })
    .onConflict(conflict =>
      conflict.column('id').doUpdateSet(({ case: when, eb, ref }) => ({
        node: when()
          .when(
            eb.and(
              (['node', 'epoch', 'at', 'text'] as const).map(column =>
                eb(`journal.${column}`, '=', ref(`excluded.${column}`)),
              ),
            ),
          )
          .then(ref('journal.node'))
          .end()
          .$notNull(),
      })),
    ),
)

const lastId = prepare(() =>
  queries.selectNoFrom(({ fn, val, selectFrom }) =>
    fn<number>('max', [
      fn.coalesce(
        selectFrom('journal').select(row => row.fn.max('id').as('id')),
        val(0),
      ),
      fn.coalesce(selectFrom('journal_head').select('last_id'), val(0)),
    ]).as('id'),
  ),
)
