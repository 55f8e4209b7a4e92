import { createRequire } from 'node:module'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { ThreadAnswer } from '../../threads/restarting-thread.ts'
import type { Statement, Value } from '../database.ts'
import { breaksConnection, type SqliteFailure } from './result-codes.ts'

export type Request =
  /** Opens the file, if it is not open yet, as every other request does. */
  | { type: 'connect' }
  /** Pragmas of this connection, kept for the next one. Answered with the rows of each. */
  | { type: 'configure'; pragmas: readonly string[] }
  /**
   * All statements in one transaction: `Statement[]` as JSON, as cloning thousands of small values one by one costs
   * the sending thread three times as much as one string. Answered with the number of changed rows of each.
   */
  | { type: 'run'; statements: string }
  /** Answered with rows. */
  | { type: 'all'; sql: string; parameters: readonly Value[] }
  | { type: 'close' }

/** How long to wait for another program that holds the file for a moment, such as a backup. */
const busyTimeoutMs = 5_000
/** The most prepared statements that are kept: the gateway has far fewer. */
const preparedAtMost = 200

const { file, pragmas } = workerData as { file: string; pragmas: string[] }
let database: DatabaseSync | undefined
const prepared = new Map<string, StatementSync>()

function prepare(sql: string): StatementSync {
  const known = prepared.get(sql)
  if (known) return known
  if (prepared.size >= preparedAtMost) prepared.clear()
  const statement = connected().prepare(sql)
  prepared.set(sql, statement)
  return statement
}

/** The connection, opened if needed. Never creates the file: a missing file was moved away. */
function connected(): DatabaseSync {
  if (database) return database
  const opened = new DatabaseSync(`${pathToFileURL(file)}?mode=rw`, { timeout: busyTimeoutMs })
  try {
    opened.function('holds_words', { deterministic: true, varargs: true }, holdsWords)
    for (const pragma of pragmas) opened.exec(pragma)
  } catch (error) {
    opened.close()
    throw error
  }
  database = opened
  return opened
}

function disconnect(): void {
  prepared.clear()
  const closing = database
  database = undefined
  closing?.close()
}

/** Closes a connection whose cached pages may be wrong: the next request opens the file anew. */
function distrust(): void {
  try {
    disconnect()
  } catch {
    // The connection is closed all the same.
  }
}

/** Loaded by the first search, as loading the words of both languages would delay the start of both threads. */
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
    if (database?.isTransaction) prepare('rollback').run()
    throw error
  }
}

function perform(request: Request): unknown {
  switch (request.type) {
    case 'connect':
      connected()
      return undefined
    case 'configure': {
      const answers = request.pragmas.map(pragma => connected().prepare(pragma).all())
      pragmas.push(...request.pragmas)
      return answers
    }
    case 'run':
      return transaction(JSON.parse(request.statements) as Statement[])
    case 'all':
      return prepare(request.sql).all(...request.parameters)
    case 'close':
      disconnect()
      parentPort?.unref()
      return undefined
    default:
      return request satisfies never
  }
}

parentPort?.on('message', ({ id, request }: { id: number; request: Request }) => {
  try {
    parentPort?.postMessage({ id, value: perform(request) } satisfies ThreadAnswer)
  } catch (thrown) {
    const { message, errcode } = thrown as Error & { errcode?: number }
    if (breaksConnection(errcode)) distrust()
    const error: SqliteFailure = { message, errcode }
    parentPort?.postMessage({ id, error } satisfies ThreadAnswer)
  }
})
