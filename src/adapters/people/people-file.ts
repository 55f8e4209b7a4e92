import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Clock } from '../../core/clock.ts'
import type { PreparedQuery } from '../store/prepared-query.ts'
import { migrationsAfter, readMarks } from '../store/sqlite/migrate.ts'
import { breaksConnection, storeError } from '../store/sqlite/result-codes.ts'
import { StoreError } from '../store/store-error.ts'
import { peopleFormat } from './migrations/people-format.ts'
import { openPeopleFile } from './open-people-file.ts'

/** A file that could not be opened is tried again no sooner than this, as opening it blocks the main thread. */
const reopenAfterMs = 1_000
/** At most one failure a minute is logged. */
const reportEveryMs = 60_000

/**
 * The main thread's connection to `people.sqlite`. A failure of SQLite is thrown as a StoreError; after damage or an
 * input/output error the file is opened anew, at most once a second, so that a restored one is used again.
 */
export class PeopleFile implements Disposable {
  readonly #path: string
  readonly #clock: Pick<Clock, 'ticks'>
  readonly #statements = new Map<string, StatementSync>()
  #database: DatabaseSync | undefined
  readonly #onProblem: (problem: string) => void
  #reportedTicks = Number.NEGATIVE_INFINITY
  #unopened: { error: unknown; untilTicks: number } | undefined

  /** `onProblem` receives a sentence about a failure, once a minute. @throws StoreError when the file is unusable. */
  constructor(path: string, clock: Pick<Clock, 'ticks'>, onProblem: (problem: string) => void) {
    this.#path = path
    this.#clock = clock
    this.#onProblem = onProblem
    this.attempt(() => this.#connected())
  }

  /** Call `run`, `all` and `first` within `attempt` or `together` only. */
  run<Input>(query: PreparedQuery<Input, unknown>, input: Input): void {
    this.#prepared(query.sql).run(...query.valuesOf(input))
  }

  all<Input, Row>(query: PreparedQuery<Input, Row>, input: Input): Row[] {
    return this.#prepared(query.sql).all(...query.valuesOf(input)) as Row[]
  }

  first<Input, Row>(query: PreparedQuery<Input, Row>, input: Input): Row | undefined {
    return firstRow(this.#prepared(query.sql), query, input)
  }

  /** Calls `act`, which uses the file. @throws StoreError instead of SQLite's error */
  attempt<Result>(act: () => Result): Result {
    try {
      return act()
    } catch (error) {
      const { message, errcode } = error as Error & { errcode?: number }
      if (breaksConnection(errcode)) this.#disconnect()
      const failure = errcode === undefined ? error : storeError(this.#path, { message, errcode })
      if (failure instanceof StoreError) this.#report(failure)
      throw failure
    }
  }

  /** Calls `act` in a transaction: all its changes are stored, or none. @throws StoreError */
  together(act: () => void): void {
    this.attempt(() => {
      inTransaction(this.#connected(), act)
    })
  }

  [Symbol.dispose](): void {
    this.#disconnect()
    this.#unopened = {
      error: new StoreError('closed', `${this.#path} is closed: the gateway is shutting down.`),
      untilTicks: Number.POSITIVE_INFINITY,
    }
  }

  #prepared(sql: string): StatementSync {
    const database = this.#connected()
    let statement = this.#statements.get(sql)
    if (!statement) this.#statements.set(sql, (statement = database.prepare(sql)))
    return statement
  }

  #report({ message }: StoreError): void {
    const ticks = this.#clock.ticks()
    if (ticks - this.#reportedTicks < reportEveryMs) return
    this.#reportedTicks = ticks
    this.#onProblem(message)
  }

  #connected(): DatabaseSync {
    if (this.#database) return this.#database
    if (this.#unopened && this.#clock.ticks() < this.#unopened.untilTicks) throw this.#unopened.error
    try {
      const database = openPeopleFile(this.#path)
      this.#database = database
      migrate(database, this.#path)
      this.#unopened = undefined
      return database
    } catch (error) {
      this.#disconnect()
      this.#unopened = { error, untilTicks: this.#clock.ticks() + reopenAfterMs }
      throw error
    }
  }

  #disconnect(): void {
    const closing = this.#database
    this.#database = undefined
    this.#statements.clear()
    try {
      closing?.close()
    } catch {
      // Closing a damaged file may fail.
    }
  }
}

const firstRow = <Input, Row>(statement: StatementSync, query: PreparedQuery<Input, Row>, input: Input) =>
  statement.get(...query.valuesOf(input)) as Row | undefined

function migrate(database: DatabaseSync, file: string): void {
  const marks = firstRow(database.prepare(readMarks.sql), readMarks, undefined)
  for (const migration of migrationsAfter(marks!, file, peopleFormat))
    inTransaction(database, () => {
      for (const { sql, rows } of migration) {
        const statement = database.prepare(sql)
        for (const row of rows) statement.run(...row)
      }
    })
}

function inTransaction(database: DatabaseSync, act: () => void): void {
  database.exec('begin immediate')
  try {
    act()
    database.exec('commit')
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}
