import type { Worker } from 'node:worker_threads'
import { backOffMs } from '../../core/back-off.ts'

/**
 * The first restart does not wait. The second in a row waits this long, each further one twice as long, up to the
 * longest.
 */
const firstWaitMs = 1_000
const longestWaitMs = 30_000
/** A thread that ran this long was healthy: when it ends, restarts are counted from zero. */
const wellAfterMs = 60_000

export type ThreadAnswer = { id: number; value: unknown } | { id: number; error: unknown }

interface Caller {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

/**
 * A worker thread that answers requests by their number. When it ends unexpectedly (out of memory, an unhandled
 * exception), all requests that wait for an answer fail at once, and the next request starts another thread: the first
 * time immediately, then at most every 1, 2, 4, … 30 s. Requests sent meanwhile fail at once. The caller cannot
 * know whether a request whose thread ended was carried out, so every request must be safe to repeat.
 */
export class RestartingThread<Request> {
  readonly #start: () => Worker
  readonly #errorOf: (answered: unknown) => Error
  readonly #endedBy: (cause: Error | undefined) => Error
  readonly #onNotice: (notice: unknown) => void
  readonly #waiting = new Map<number, Caller>()
  #worker: Worker | undefined
  #lastId = 0
  #restarts = 0
  #startedTicks = 0
  /** Before this time no other thread is started. */
  #restTicks = 0
  #ended: Error | undefined
  #closed: Error | undefined

  /**
   * `start`: makes the worker, and posts to it the data that it needs before the first request.
   * `errorOf`: what an answered error means to the caller.
   * `endedBy`: the error of waiting requests when the thread ended unexpectedly; called once for each end.
   * `onNotice`: a message of the thread that answers no request.
   */
  constructor(parts: {
    start: () => Worker
    errorOf: (answered: unknown) => Error
    endedBy: (cause: Error | undefined) => Error
    onNotice?: (notice: unknown) => void
  }) {
    this.#start = parts.start
    this.#errorOf = parts.errorOf
    this.#endedBy = parts.endedBy
    this.#onNotice = parts.onNotice ?? (() => {})
  }

  get running(): boolean {
    return this.#worker !== undefined
  }

  /** Starts the thread if none runs and none has just failed. */
  warm(): void {
    if (this.#closed || performance.now() < this.#restTicks) return
    try {
      this.#thread()
    } catch {
      // No request waits for this error yet: the next request receives it.
    }
  }

  /** @throws what `errorOf` or `endedBy` make of a failure, or the error `close` was called with. */
  ask<Value>(request: Request): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw this.#closed
      if (!this.#worker && performance.now() < this.#restTicks) throw this.#ended
      const id = ++this.#lastId
      this.#thread().postMessage({ id, request })
      this.#waiting.set(id, { resolve: resolve as Caller['resolve'], reject })
    })
  }

  /** Ends the thread: later requests fail with `error`. `last`: the request sent before the end, if a thread runs. */
  async close(last: Request, error: Error): Promise<void> {
    if (this.#closed) return
    const worker = this.#worker
    const answered = worker && this.ask(last)
    this.#closed = error
    await answered?.catch(() => {})
    await worker?.terminate()
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker
    this.#startedTicks = performance.now()
    let cause: Error | undefined
    try {
      const worker = this.#start()
      worker.on('message', (answer: ThreadAnswer) => this.#settle(answer))
      worker.on('messageerror', (error: Error) => {
        cause = error
        void worker.terminate()
      })
      worker.on('error', (error: Error) => {
        cause = error
      })
      worker.on('exit', () => this.#onEnd(cause))
      this.#worker = worker
      return worker
    } catch (error) {
      // The system allows no more threads, or no more open files.
      this.#onEnd(error as Error)
      throw this.#ended
    }
  }

  #onEnd(cause: Error | undefined): void {
    this.#worker = undefined
    const ticks = performance.now()
    if (ticks - this.#startedTicks > wellAfterMs) this.#restarts = 0
    const waitMs = this.#restarts === 0 ? 0 : backOffMs(firstWaitMs, this.#restarts - 1, longestWaitMs / firstWaitMs)
    this.#restarts++
    this.#restTicks = ticks + waitMs
    this.#ended = this.#closed ?? this.#endedBy(cause)
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
  }

  #settle(answer: ThreadAnswer): void {
    if (!('id' in answer)) return this.#onNotice(answer)
    const caller = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('error' in answer) caller?.reject(this.#errorOf(answer.error))
    else caller?.resolve(answer.value)
  }
}
