import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Tables } from '../tables.ts'
import type { SqliteThread } from './sqlite-thread.ts'
import type { Statement, Value } from './sqlite-worker.ts'

/** Kysely over a SQLite thread: it builds and types the queries, the thread runs them. */
export function kyselyOver(thread: SqliteThread): Kysely<Tables> {
  const dialect: Dialect = {
    createDriver: () => new ThreadDriver(thread),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: db => new SqliteIntrospector(db),
  }
  return new Kysely({ dialect })
}

/** A built query as a statement of a batch. */
export function statement(query: { compile(): CompiledQuery }): Statement {
  const { sql, parameters } = query.compile()
  return { sql, rows: [parameters as readonly Value[]] }
}

class ThreadDriver implements Driver {
  readonly #connection: DatabaseConnection

  constructor(thread: SqliteThread) {
    this.#connection = new ThreadConnection(thread)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }

  // Between the statements of a transaction held open from here, the thread would serve other callers inside it.
  async beginTransaction(): Promise<void> {
    throw new Error('A transaction is one SqliteThread.run() with all its statements.')
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  /** The thread belongs to whoever opened it. */
  async destroy(): Promise<void> {}
}

class ThreadConnection implements DatabaseConnection {
  readonly #thread: SqliteThread

  constructor(thread: SqliteThread) {
    this.#thread = thread
  }

  async executeQuery<R>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<R>> {
    const isChange = /^(Insert|Update|Delete|Merge)QueryNode$/.test(query.kind)
    if (!isChange || ('returning' in query && query.returning))
      return { rows: await this.#thread.all<R>(sql, parameters as readonly Value[]) }
    const [changed = 0] = await this.#thread.run([{ sql, rows: [parameters as readonly Value[]] }])
    return { rows: [], numAffectedRows: BigInt(changed) }
  }

  // biome-ignore lint/correctness/useYield: part of Kysely's interface; this store reads in pages instead.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Read in pages: this dialect does not stream.')
  }
}
