import { Worker } from 'node:worker_threads'
import type { Answer, Request, Row, Statement, Value } from './sqlite-worker.ts'
import { StoreError, storeError } from './store-error.ts'

/** The thread only passes rows on: a small young generation keeps a burst from growing its memory for good. */
const youngGenerationMb = 8

/**
 * One SQLite connection in a thread of its own, so that a query, a commit or a sync to disk never holds up the
 * sockets. Requests are served one by one, in the order in which they came.
 */
export class SqliteThread {
  readonly file: string
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  readonly #exited: Promise<void>
  /** Called after each commit with the number of rows it changed. */
  onCommit: ((rows: number) => void) | undefined
  #lastId = 0
  #end: StoreError | undefined

  /** @throws StoreError when the file cannot be opened. */
  static async open(file: string): Promise<SqliteThread> {
    const thread = new SqliteThread(file)
    try {
      await thread.#ask({ type: 'open', file })
      return thread
    } catch (error) {
      await thread.#worker.terminate()
      throw error
    }
  }

  private constructor(file: string) {
    this.file = file
    this.#worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), {
      name: 'sqlite',
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    })
    this.#worker.on('message', (answer: Answer) => this.#settle(answer))
    this.#worker.on('error', error => this.#fail(error))
    this.#exited = new Promise(resolve => {
      this.#worker.on('exit', () => {
        this.#fail()
        resolve()
      })
    })
  }

  /** Runs all statements in one transaction. Resolves after the commit to the number of rows each changed. */
  async run(statements: readonly Statement[]): Promise<number[]> {
    const changed = await this.#ask<number[]>({ type: 'run', statements: JSON.stringify(statements) })
    this.onCommit?.(changed.reduce((sum, rows) => sum + rows, 0))
    return changed
  }

  all<R = Row>(sql: string, parameters: readonly Value[] = []): Promise<R[]> {
    return this.#ask({ type: 'all', sql, parameters })
  }

  /** Waits for what was asked before, then closes the connection and ends the thread. */
  async close(): Promise<void> {
    if (!this.#end) {
      const closed = this.#ask<void>({ type: 'close' })
      this.#end = new StoreError('closed', `${this.file} is closed: the gateway is shutting down.`)
      await closed
    }
    await this.#exited
  }

  #ask<R>(request: Request): Promise<R> {
    return new Promise((resolve, reject) => {
      if (this.#end) throw this.#end
      const id = ++this.#lastId
      this.#worker.postMessage({ id, request })
      this.#waiting.set(id, { resolve, reject })
    })
  }

  #settle(answer: Answer): void {
    const caller = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('error' in answer) caller?.reject(storeError(this.file, answer.error))
    else caller?.resolve(answer.value as never)
  }

  #fail(cause?: unknown): void {
    this.#end ??= new StoreError(
      'failed',
      `${this.file}: the database thread ended unexpectedly. Start the gateway again: what it confirmed is stored.`,
      { cause },
    )
    for (const { reject } of this.#waiting.values()) reject(this.#end)
    this.#waiting.clear()
  }
}
