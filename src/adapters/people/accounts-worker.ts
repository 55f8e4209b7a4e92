import { parentPort, workerData } from 'node:worker_threads'
import type { AccountsAnswer, AccountsRequest } from '../../core/people/accounts.ts'
import type { ThreadAnswer } from '../threads/restarting-thread.ts'
import { type AccountsSettings, AuthSites } from './better-auth.ts'

export type AccountsCall =
  | { type: 'handle'; request: AccountsRequest }
  | { type: 'set-password'; personId: string; password: string }
  | { type: 'close' }
/** A message that answers no request: a sentence for the log. */
export interface Notice {
  problem: string
}
export interface AccountsFailure {
  message: string
  /** Whether the accounts cannot serve any request at the moment. */
  unavailable: boolean
}

const port = parentPort!
const notice = (problem: string) => port.postMessage({ problem } satisfies Notice)
// Better Auth also writes strangers' input to the console, past its logger: such lines go to the gateway's log.
for (const level of ['log', 'info', 'warn', 'error'] as const)
  console[level] = (...words) => notice(words.join(' ').slice(0, 300))

let accounts: AuthSites | undefined
/**
 * Opened anew after each failure: the cached state of a connection to a damaged file is wrong once the file was
 * restored.
 */
const opened = (): AuthSites => (accounts ??= new AuthSites(workerData as AccountsSettings, notice))

function close(): void {
  const closing = accounts
  accounts = undefined
  closing?.[Symbol.dispose]()
}

/** The accounts failed as a whole; the request was not at fault. */
class Unavailable extends Error {}

async function perform({ request: call }: { request: AccountsCall }): Promise<unknown> {
  switch (call.type) {
    case 'handle':
      return await handle(call.request)
    case 'set-password':
      return await opened().setPassword(call.personId, call.password)
    case 'close':
      close()
      port.unref()
      return undefined
    default:
      return call satisfies never
  }
}

async function handle(request: AccountsRequest): Promise<AccountsAnswer> {
  const answer = await opened().handle(request)
  if (answer.status >= 500) throw new Unavailable(`answered ${answer.status}`)
  return answer
}

function failureOf(thrown: unknown, used: AuthSites | undefined): AccountsFailure {
  const { message, errcode, code } = thrown as Error & { errcode?: number; code?: string }
  // ERR_INVALID_STATE: another request failed meanwhile, and closed the file that this one was using.
  const unavailable = thrown instanceof Unavailable || errcode !== undefined || code === 'ERR_INVALID_STATE'
  // A file that was opened since then is not the one that failed.
  if (!unavailable || used !== accounts) return { message, unavailable }
  try {
    close()
  } catch {
    // Closing a damaged file may fail.
  }
  return { message, unavailable }
}

port.on('message', (call: { id: number; request: AccountsCall }) => {
  const answered = perform(call)
  // `perform` has opened the accounts synchronously, if they were not open.
  const used = accounts
  answered.then(
    value => port.postMessage({ id: call.id, value } satisfies ThreadAnswer),
    (error: unknown) => port.postMessage({ id: call.id, error: failureOf(error, used) } satisfies ThreadAnswer),
  )
})
