import { createRequire } from 'node:module'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { parentPort } from 'node:worker_threads'

/** What JSON carries unchanged. */
export type Value = string | number | null
export type Row = Record<string, unknown>

/** One statement, run once for each row of parameters. */
export interface Statement {
  sql: string
  rows: readonly (readonly Value[])[]
}

export type Request =
  | { type: 'open'; file: string }
  /**
   * All statements in one transaction: `Statement[]` as JSON, as cloning thousands of small values one by one costs
   * the sending thread three times as much as one string. Answered with the number of changed rows of each.
   */
  | { type: 'run'; statements: string }
  /** Answered with rows. */
  | { type: 'all'; sql: string; parameters: readonly Value[] }
  | { type: 'close' }

export type Answer = { id: number; value: unknown } | { id: number; error: Failure }

export interface Failure {
  message: string
  /** SQLite's extended result code, where SQLite failed. */
  errcode: number | undefined
}

/** Another program looking into the file (a backup, a shell) may hold it for a moment. */
const busyTimeoutMs = 5_000
/** Far more than this project has statements; only a bound. */
const preparedAtMost = 200

let database: DatabaseSync
const prepared = new Map<string, StatementSync>()

function prepare(sql: string): StatementSync {
  const known = prepared.get(sql)
  if (known) return known
  if (prepared.size >= preparedAtMost) prepared.clear()
  const statement = database.prepare(sql)
  prepared.set(sql, statement)
  return statement
}

/** The words of both languages are brought in by the first search: they would hold up the start, twice. */
let search: typeof import('./words-function.ts') | undefined
function holdsWords(...columns: unknown[]): number {
  search ??= createRequire(import.meta.url)('./words-function.ts') as NonNullable<typeof search>
  return search.holdsWords(...columns)
}

function transaction(statements: readonly Statement[]): number[] {
  prepare('begin immediate').run()
  try {
    const changes = statements.map(({ sql, rows }) => {
      const statement = prepare(sql)
      let changed = 0
      for (const row of rows) changed += Number(statement.run(...row).changes)
      return changed
    })
    prepare('commit').run()
    return changes
  } catch (error) {
    // SQLite has rolled back by itself after some failures, a full disk among them.
    if (database.isTransaction) prepare('rollback').run()
    throw error
  }
}

function perform(request: Request): unknown {
  switch (request.type) {
    case 'open':
      database = new DatabaseSync(request.file, { timeout: busyTimeoutMs })
      database.function('holds_words', { deterministic: true, varargs: true }, holdsWords)
      return undefined
    case 'run':
      return transaction(JSON.parse(request.statements) as Statement[])
    case 'all':
      return prepare(request.sql).all(...request.parameters)
    case 'close':
      prepared.clear()
      database.close()
      parentPort?.unref()
      return undefined
    default:
      return request satisfies never
  }
}

parentPort?.on('message', ({ id, request }: { id: number; request: Request }) => {
  try {
    parentPort?.postMessage({ id, value: perform(request) } satisfies Answer)
  } catch (thrown) {
    const error = thrown as Error & { errcode?: number }
    parentPort?.postMessage({ id, error: { message: error.message, errcode: error.errcode } } satisfies Answer)
  }
})
