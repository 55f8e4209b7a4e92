import { setTimeout as rest } from 'node:timers/promises'
import { type QueryCreator, sql } from 'kysely'
import type { Database } from '../database.ts'
import { type From, type PreparedQuery, prepare } from '../prepared-query.ts'
import type { Tables } from '../tables.ts'
import { sqliteQueries } from './sqlite-queries.ts'

/** A step takes about this long; an append that arrives meanwhile waits until the step ends. */
const stepMs = 5
/** A rest lasts this many times as long as the step before it: a disk has one queue, and appends wait for its syncs. */
const restRatio = 2
/** Free pages kept for the next rows (4 KiB each): a file that shrinks only to grow again wears out an SD card. */
const sparePages = 256

const queries: QueryCreator<Tables> = sqliteQueries<Tables>()

/** Runs in the transaction of each removal: the highest id stays known when its row is gone. */
const noteLastId = prepare(() =>
  queries
    .insertInto('journal_head')
    .columns(['only', 'last_id'])
    .expression(eb =>
      eb
        .selectFrom('journal')
        .select(({ fn, lit }) => [lit(1).as('only'), fn.coalesce(fn.max('id'), lit(0)).as('last_id')])
        // Without a condition, SQLite reads the "on" of "on conflict" as that of a join.
        .where(sql.lit(true)),
    )
    .onConflict(conflict =>
      conflict.column('only').doUpdateSet(({ fn, ref }) => ({
        last_id: fn<number>('max', [ref('journal_head.last_id'), ref('excluded.last_id')]),
      })),
    ),
)

const removeRecordedBefore = prepare((from: From<{ at: number; rows: number }>) =>
  queries
    .deleteFrom('journal')
    .where('id', 'in', journal =>
      journal.selectFrom('journal').select('id').where('at', '<', from('at')).orderBy('at').limit(from('rows')),
    ),
)

const removeOldest = prepare((from: From<number>) =>
  queries
    .deleteFrom('journal')
    .where('id', 'in', journal => journal.selectFrom('journal').select('id').orderBy('id').limit(from())),
)

/**
 * Removes the journal's rows recorded before `olderThanMs`, then its oldest until the file uses at most `maxBytes`, and
 * gives the space back. Between its steps the thread serves other requests. Ends early when `stop` is aborted.
 */
export async function prune(
  database: Database,
  limits: { olderThanMs: number; maxBytes: number },
  stop: AbortSignal,
): Promise<number> {
  let removed = 0
  const remove = async <Input>(query: PreparedQuery<Input, unknown>, input: Input) => {
    const [, count = 0] = await database.run([noteLastId.with(), query.with(input)])
    removed += count
    return count
  }

  await inSteps(stop, 200, rows => remove(removeRecordedBefore, { at: limits.olderThanMs, rows }))

  await inSteps(stop, 200, async rows => {
    const { used } = await space(database)
    return used > limits.maxBytes ? remove(removeOldest, rows) : 0
  })

  await inSteps(stop, 50, async pages => {
    const { free, total } = await space(database)
    const excess = free - Math.max(sparePages, total / 16)
    if (excess <= 0) return 0
    await database.all(`pragma incremental_vacuum(${Math.ceil(Math.min(pages, excess))})`)
    return (await space(database)).free < free ? pages : 0
  })
  return removed
}

/** Repeats `step` until it has done nothing, with an amount that adapts to what the disk can do in `stepMs`. */
async function inSteps(stop: AbortSignal, first: number, step: (amount: number) => Promise<number>) {
  let amount = first
  while (!stop.aborted) {
    const started = performance.now()
    if ((await step(amount)) === 0) return
    const tookMs = performance.now() - started
    amount = Math.max(10, Math.min(2_000, Math.round(amount * Math.min(2, stepMs / tookMs))))
    await rest(tookMs * restRatio, undefined, { ref: false, signal: stop }).catch(() => {})
  }
}

/** Pages of the database (free ones among them), free pages, and the bytes of the others. */
async function space(database: Database): Promise<{ total: number; free: number; used: number }> {
  const [pages] = await database.all<{ total: number; free: number; size: number }>(
    `select page_count as total, freelist_count as free, page_size as size
    from pragma_page_count, pragma_freelist_count, pragma_page_size`,
  )
  const { total, free, size } = pages!
  return { total, free, used: (total - free) * size }
}
