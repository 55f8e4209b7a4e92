import { parentPort, workerData } from 'node:worker_threads'
import type { AccountsAnswer, AccountsRequest } from '../../core/access/accounts.ts'
import { type AccountsSettings, AuthSites } from './better-auth.ts'

export type Call =
  | { type: 'handle'; request: AccountsRequest }
  | { type: 'set-password'; personId: string; password: string }
  | { type: 'close' }
export type Reply = { id: number; value: unknown } | { id: number; error: string } | { problem: string }

const port = parentPort!
// Better Auth also writes past the logger it is given, with what strangers sent: it belongs in the gateway's own log.
for (const level of ['log', 'info', 'warn', 'error'] as const)
  console[level] = (...words) => port.postMessage({ problem: words.join(' ').slice(0, 300) } satisfies Reply)

const accounts = new AuthSites(workerData as AccountsSettings, problem => port.postMessage({ problem } satisfies Reply))

async function perform(call: Call): Promise<unknown> {
  switch (call.type) {
    case 'handle':
      return await handle(call.request)
    case 'set-password':
      return await accounts.setPassword(call.personId, call.password)
    case 'close':
      accounts[Symbol.dispose]()
      port.unref()
      return undefined
    default:
      return call satisfies never
  }
}

async function handle({ site, method, target, headers, body }: AccountsRequest): Promise<AccountsAnswer> {
  const request = new Request(new URL(target, site), { method, headers, ...(body !== undefined && { body }) })
  const response = await accounts.at(site).handler(request)
  return { status: response.status, headers: [...response.headers], body: await response.text() }
}

port.on('message', ({ id, call }: { id: number; call: Call }) => {
  perform(call).then(
    value => port.postMessage({ id, value } satisfies Reply),
    (error: Error) => port.postMessage({ id, error: error.message } satisfies Reply),
  )
})
