import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { shellWord } from '#protocol/shell-word.ts'
import { controlSocketName, controlSocketPath } from '../control-socket.ts'
import { type Connection, under } from './connection.ts'
import { Failed } from './failure.ts'
import { plain } from './text/plain.ts'

export interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** Longer than the slowest answer: a servo command waits up to 20 s for its board. */
const answerWithinMs = 60_000

/** The CLI's client of the gateway's HTTP API. */
export class Api {
  readonly #connection: Connection
  readonly #language: string
  readonly #signal: AbortSignal

  constructor(connection: Connection, env: Readonly<Record<string, string | undefined>>, signal: AbortSignal) {
    this.#connection = connection
    this.#language = acceptLanguage(env)
    this.#signal = signal
  }

  /** Requests JSON. @throws Failed with the gateway's code, sentence and hint, or the reason why it was not reached. */
  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const reply = await this.bytes(method, path, body)
    const parsed = parseJson(reply)
    if (parsed === undefined) throw notOurs(reply)
    return parsed as T
  }

  /** Requests an answer of any type. @throws Failed as `json` does. */
  async bytes(method: string, path: string, body?: unknown): Promise<Reply> {
    const reply = await this.#send(method, path, body).catch(error => {
      throw this.#signal.aborted ? this.#signal.reason : unreachable(this.#connection, error as NodeJS.ErrnoException)
    })
    if (reply.status >= 300) throw refusal(reply)
    return reply
  }

  async #send(method: string, path: string, body: unknown): Promise<Reply> {
    const connection = this.#connection
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const headers: Record<string, string> = { accept: 'application/json, */*', 'accept-language': this.#language }
    if (payload) Object.assign(headers, { 'content-type': 'application/json', 'content-length': `${payload.length}` })
    const options = { method, headers, agent: false, signal: this.#signal, timeout: answerWithinMs } as const

    if (connection.via === 'host') {
      using socket = controlSocketPath(connection.dataDir)
      return await exchange(requestHttp({ ...options, socketPath: socket.path, path }), payload)
    }
    if (connection.key) headers.authorization = `Bearer ${connection.key}`
    const { hostname, port, protocol } = connection.url
    const place = { hostname: hostname.replace(/^\[|\]$/g, ''), port, path: under(connection.url, path) }
    const request = protocol === 'https:' ? requestHttps : requestHttp
    return await exchange(request({ ...options, ...place }), payload)
  }
}

function exchange(request: ReturnType<typeof requestHttp>, payload: Buffer | undefined): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('timeout', () => request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
    request.on('response', response => {
      const { statusCode: status = 0, headers } = response
      buffer(response).then(body => resolve({ status, headers, body }), reject)
    })
    request.end(payload)
  })
}

function parseJson(reply: Reply): unknown {
  try {
    return JSON.parse(reply.body.toString())
  } catch {
    return undefined
  }
}

function refusal(reply: Reply): Failed {
  const { status, headers } = reply
  if (status < 400) {
    const to = plain(String(headers.location ?? 'another address'))
    return new Failed(`The gateway sends this elsewhere, to ${to}.`, {
      code: 'redirected',
      status,
      hint: 'Use that address as --url. The CLI follows no redirect, so that your key goes nowhere else.',
    })
  }
  const body = parseJson(reply) as { status?: string; code?: string; message?: string; hint?: string; issues?: unknown }
  if (body?.status !== 'error' || !body.message) return notOurs(reply)
  const wait = headers['retry-after'] ? ` (Retry-After: ${plain(headers['retry-after'])} s)` : ''
  return new Failed(plain(body.message) + wait, {
    code: body.code ?? 'failed',
    status,
    hint: body.hint && plain(body.hint),
    issues: Array.isArray(body.issues) ? body.issues.map(issueLine) : [],
  })
}

function issueLine(issue: unknown): string {
  if (typeof issue !== 'object' || issue === null) return plain(issue)
  const { path, message } = issue as { path?: unknown; message?: unknown }
  const where = Array.isArray(path) ? path.join('.') : path
  return plain([where, message].filter(Boolean).join(': ') || issue)
}

const notOurs = ({ status, headers }: Reply): Failed =>
  new Failed(
    `Whatever answers there is not a Darvaza gateway: HTTP ${status}, ${plain(headers['content-type'] ?? 'no type')}.`,
    {
      code: 'not_a_gateway',
      status,
      hint: 'Check the address and the port. Behind a proxy, its path must lead to the gateway: npx darvaza check URL says more.',
    },
  )

/** One sentence on why the gateway was not reached, and a remedy. */
function unreachable(connection: Connection, error: NodeJS.ErrnoException): Failed {
  const code = error.code ?? ''
  if (connection.via === 'host') {
    const folder = resolve(connection.dataDir)
    if (code === 'EACCES' || code === 'EPERM') {
      return new Failed(`The gateway of ${folder} belongs to another user of this host.`, {
        code: 'socket_forbidden',
        hint: 'Run this as the user who runs the gateway (sudo -u …), or use --url and --key.',
      })
    }
    // ENOTDIR: the path is not a folder. Any other error means that a socket exists and a process serves it.
    if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR')
      return new Failed(`No gateway is running on the data folder ${folder}.`, {
        code: 'gateway_not_running',
        hint:
          'Start one with: npm start. It uses another folder: add --data FOLDER. It runs on another machine: ' +
          'add --url http://HOST:3000 --key KEY.',
      })
    return new Failed(
      `The gateway of ${folder} does not answer (${controlSocketName}: ${plain(code || error.message)}).`,
      {
        code: 'gateway_not_answering',
        hint: 'It is busy, stopping, or has no file descriptor left: see its log, wait a moment, and raise LimitNOFILE in its unit (ulimit -n).',
      },
    )
  }
  const at = connection.url.origin
  if (/CERT|TLS|SSL|SIGNATURE|SELF_SIGNED/.test(code)) {
    return new Failed(`The encrypted connection to ${at} does not hold: ${plain(error.message)}.`, {
      code: 'tls_failed',
      hint: `Find out why: npx darvaza check ${shellWord(at)}. For a certificate authority of your own, set NODE_EXTRA_CA_CERTS=FILE.`,
    })
  }
  return new Failed(`No gateway answers at ${at} (${plain(code || error.message)}).`, {
    code: 'gateway_unreachable',
    hint: `Is it running there, and is the address right? Find out where it fails: npx darvaza check ${shellWord(at)}.`,
  })
}

/** The language in which hints are requested: Persian if the person's locale is Persian, else English. */
export function acceptLanguage(env: Readonly<Record<string, string | undefined>>): string {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return /^fa(_|\.|@|$)/i.test(locale) ? 'fa, en;q=0.5' : 'en'
}
