import { Worker } from 'node:worker_threads'
import { RestartingThread } from '../../threads/restarting-thread.ts'
import type { Database, Row, Statement, Value } from '../database.ts'
import { StoreError } from '../store-error.ts'
import { type SqliteFailure, storeError } from './result-codes.ts'
import type { Request } from './sqlite-worker.ts'

/** The thread only passes rows on. With a larger young generation, one burst would enlarge its memory for good. */
const youngGenerationMb = 8
/** A query that needs more than this ends its thread, not the gateway. All flight recorders of 10,000 boards are 50 MB. */
const oldGenerationMb = 256

/**
 * One SQLite connection in a thread of its own, so that a query, a commit or a sync to disk never holds up the
 * sockets. Requests are served one by one, in the order in which they came. A thread that ended unexpectedly is started
 * again with the same settings (see `RestartingThread`), and a connection that met damage or a failing disk is opened
 * anew before the next request, so that a repaired file is used again.
 */
export class SqliteThread implements Database {
  readonly location: string
  readonly #thread: RestartingThread<Request>
  readonly #pragmas: string[] = []
  /** Called after each commit with the number of rows it changed. */
  onCommit: ((rows: number) => void) | undefined

  /** `mostMb`: memory of the thread, beyond which it is ended. @throws StoreError when the file cannot be opened. */
  static async open(file: string, mostMb = oldGenerationMb): Promise<SqliteThread> {
    const thread = new SqliteThread(file, mostMb)
    try {
      await thread.#thread.ask({ type: 'connect' })
      return thread
    } catch (error) {
      await thread.close()
      throw error
    }
  }

  private constructor(file: string, mostMb: number) {
    this.location = file
    this.#thread = new RestartingThread({
      start: () =>
        new Worker(new URL('./sqlite-worker.ts', import.meta.url), {
          name: 'sqlite',
          workerData: { file, pragmas: this.#pragmas },
          resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb, maxOldGenerationSizeMb: mostMb },
        }),
      errorOf: answered => storeError(file, answered as SqliteFailure),
      endedBy: cause =>
        new StoreError(
          'failed',
          `${file}: the database thread ended unexpectedly and is started again. What was confirmed is stored; ask once more.`,
          { cause },
        ),
    })
  }

  /** Sets the connection up, now and whenever it is opened again. Resolves to the rows each pragma answered. */
  async configure<R = Row>(pragmas: readonly string[]): Promise<R[][]> {
    const answers = await this.#thread.ask<R[][]>({ type: 'configure', pragmas })
    this.#pragmas.push(...pragmas)
    return answers
  }

  /** Runs all statements in one transaction. Resolves after the commit to the number of rows each changed. */
  async run(statements: readonly Statement[]): Promise<number[]> {
    const changed = await this.#thread.ask<number[]>({ type: 'run', statements: JSON.stringify(statements) })
    this.onCommit?.(changed.reduce((sum, rows) => sum + rows, 0))
    return changed
  }

  all<R = Row>(sql: string, parameters: readonly Value[] = []): Promise<R[]> {
    return this.#thread.ask({ type: 'all', sql, parameters })
  }

  /** Waits for earlier requests, then closes the connection and ends the thread. */
  close(): Promise<void> {
    return this.#thread.close(
      { type: 'close' },
      new StoreError('closed', `${this.location} is closed: the gateway is shutting down.`),
    )
  }
}
