import { Worker } from 'node:worker_threads'
import type { AccountsAnswer, AccountsRequest } from '../../core/access/accounts.ts'
import type { Passwords } from '../../core/access/person.ts'
import type { Call, Reply } from './accounts-worker.ts'
import type { AccountsSettings } from './better-auth.ts'

/**
 * Accounts in a thread of their own, started when somebody first needs them: loading Better Auth takes half a second,
 * and boards wait for their handshakes on the main one.
 */
export class AccountsThread implements Passwords, AsyncDisposable {
  readonly #settings: AccountsSettings
  readonly #onProblem: (problem: string) => void
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  #worker: Worker | undefined
  #lastId = 0
  #closed = false

  constructor(settings: AccountsSettings, onProblem: (problem: string) => void) {
    this.#settings = settings
    this.#onProblem = onProblem
  }

  /** Starts loading, so that whoever is about to sign in does not wait for it. */
  warm(): void {
    if (!this.#closed) this.#thread()
  }

  handle(request: AccountsRequest): Promise<AccountsAnswer> {
    return this.#ask({ type: 'handle', request })
  }

  set(personId: string, password: string): Promise<void> {
    return this.#ask({ type: 'set-password', personId, password })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker
    if (worker && !this.#closed) await this.#ask({ type: 'close' }).catch(() => {})
    this.#closed = true
    await worker?.terminate()
  }

  #ask<Value>(call: Call): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new Error('the accounts are closed: the gateway is shutting down')
      const id = ++this.#lastId
      this.#waiting.set(id, { resolve, reject })
      this.#thread().postMessage({ id, call })
    })
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(new URL('./accounts-worker.ts', import.meta.url), {
      name: 'accounts',
      workerData: this.#settings,
      // It has no business with the gateway's environment, which may hold shared tokens.
      env: { NODE_ENV: 'production' },
    })
    worker.on('message', (reply: Reply) => this.#settle(reply))
    worker.on('error', (error: Error) => this.#onProblem(`the accounts' thread failed: ${error.message}`))
    // Should it ever end by itself, the next request starts another.
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined
      for (const { reject } of this.#waiting.values()) reject(new Error('the accounts’ thread has ended'))
      this.#waiting.clear()
    })
    this.#worker = worker
    return worker
  }

  #settle(reply: Reply): void {
    if ('problem' in reply) return this.#onProblem(reply.problem)
    const caller = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('error' in reply) caller?.reject(new Error(reply.error))
    else caller?.resolve(reply.value as never)
  }
}
