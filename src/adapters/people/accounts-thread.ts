import { Worker } from 'node:worker_threads'
import type { AccountsAnswer, AccountsRequest } from '../../core/people/accounts.ts'
import type { Passwords } from '../../core/people/person.ts'
import { DarvazaError } from '../../errors/errors.ts'
import { RestartingThread } from '../threads/restarting-thread.ts'
import type { AccountsCall, AccountsFailure, Notice } from './accounts-worker.ts'
import type { AccountsSettings } from './better-auth.ts'

/**
 * Accounts in a thread of their own, started when a request first needs them: loading Better Auth takes half a second,
 * and boards wait for their handshakes on the main one. A thread that ended unexpectedly is started again; requests
 * that waited for it, or that its database cannot serve at the moment, fail with `accounts_unavailable`.
 */
export class AccountsThread implements Passwords, AsyncDisposable {
  readonly #thread: RestartingThread<AccountsCall>

  /** `onProblem` is called with a sentence for the log when something went wrong inside. */
  constructor(settings: AccountsSettings, onProblem: (problem: string) => void) {
    this.#thread = new RestartingThread({
      start: () =>
        new Worker(new URL('./accounts-worker.ts', import.meta.url), {
          name: 'accounts',
          workerData: settings,
          // The thread does not get the gateway's environment, which may hold shared tokens.
          env: { NODE_ENV: 'production' },
        }),
      errorOf: answered => {
        const { message, unavailable } = answered as AccountsFailure
        return unavailable ? new DarvazaError('accounts_unavailable') : new Error(message)
      },
      endedBy: cause => {
        // Only the kind of error is logged: its message may hold a person's input.
        onProblem(`the thread ended unexpectedly and is started again (${cause?.name ?? 'no error was given'})`)
        return new DarvazaError('accounts_unavailable')
      },
      onNotice: notice => onProblem((notice as Notice).problem),
    })
  }

  /** Starts loading, so that the next sign-in does not wait for it. */
  warm(): void {
    this.#thread.warm()
  }

  handle(request: AccountsRequest): Promise<AccountsAnswer> {
    return this.#thread.ask({ type: 'handle', request })
  }

  set(personId: string, password: string): Promise<void> {
    return this.#thread.ask({ type: 'set-password', personId, password })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#thread.close({ type: 'close' }, new DarvazaError('shutting_down'))
  }
}
