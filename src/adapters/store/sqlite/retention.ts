import { setTimeout as rest } from 'node:timers/promises'
import type { SqliteThread } from './sqlite-thread.ts'
import type { Statement, Value } from './sqlite-worker.ts'

/** What a step may take: an append waits about this long behind one. */
const stepMs = 5
/** Rests are this much longer than steps, for a disk has one queue: its syncs are what an append waits for. */
const restRatio = 2
/** Free pages kept for the next rows (4 KiB each): a file that shrinks only to grow again wears out an SD card. */
const sparePages = 256

/**
 * Removes the journal's rows recorded before `olderThanMs`, then its oldest until the file uses at most `maxBytes`, and
 * gives the space back. Step by step; between two steps the thread serves whoever waits. Ends early when `stop` says so.
 */
export async function prune(
  thread: SqliteThread,
  limits: { olderThanMs: number; maxBytes: number },
  stop: AbortSignal,
): Promise<number> {
  let removed = 0
  const noteLastId: Statement = {
    sql: `insert into journal_head (only, last_id) select 1, coalesce(max(id), 0) from journal where true
      on conflict (only) do update set last_id = max(last_id, excluded.last_id)`,
    rows: [[]],
  }
  const remove = async (oldest: string, parameters: Value[]) => {
    const doomed = {
      sql: `delete from journal where id in (select id from journal ${oldest} limit ?)`,
      rows: [parameters],
    }
    const [, count = 0] = await thread.run([noteLastId, doomed])
    removed += count
    return count
  }

  await inSteps(stop, 200, rows => remove('where at < ? order by at', [limits.olderThanMs, rows]))

  await inSteps(stop, 200, async rows => {
    const { used } = await space(thread)
    return used > limits.maxBytes ? remove('order by id', [rows]) : 0
  })

  await inSteps(stop, 50, async pages => {
    const { free, total } = await space(thread)
    const excess = free - Math.max(sparePages, total / 16)
    if (excess <= 0) return 0
    await thread.all(`pragma incremental_vacuum(${Math.ceil(Math.min(pages, excess))})`)
    return (await space(thread)).free < free ? pages : 0
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
async function space(thread: SqliteThread): Promise<{ total: number; free: number; used: number }> {
  const [pages] = await thread.all<{ total: number; free: number; size: number }>(
    `select page_count as total, freelist_count as free, page_size as size
    from pragma_page_count, pragma_freelist_count, pragma_page_size`,
  )
  const { total, free, size } = pages!
  return { total, free, used: (total - free) * size }
}
