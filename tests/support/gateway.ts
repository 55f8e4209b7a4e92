import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { Role } from '#protocol/vocabulary.ts'
import { type Config, parseConfig } from '../../src/config.ts'
import { controlSocketPath } from '../../src/control-socket.ts'
import { defaultLimits, type Limits } from '../../src/core/limits.ts'
import { startGateway as startRealGateway } from '../../src/gateway/gateway.ts'

export interface Overrides extends Partial<Omit<Config, 'limits' | 'sharedTokens'>> {
  limits?: Partial<Limits>
  sharedTokens?: Partial<Config['sharedTokens']>
}

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any
  headers: Headers
}

/** `key`: null sends no key. Default: the owner's key. */
export interface CallOptions {
  key?: string | null
  headers?: Record<string, string>
}

/** A running gateway for a test. Disposing it stops the gateway and removes its data. */
export interface TestGateway extends AsyncDisposable {
  url: string
  wsUrl: string
  port: number
  dataDir: string
  ownerKey: string
  api(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>
  /** A token for a new board, from the public endpoint. */
  mint(kind: 'pico' | 'esp32cam'): Promise<string>
  /** Creates an API key and returns its secret. */
  key(
    role: Role,
    options?: { grants?: string[]; expiresInS?: number; label?: string; person?: string },
  ): Promise<string>
  stop(): Promise<void>
}

export interface SpawnedGateway extends TestGateway {
  process: ChildProcess
  /** Everything the gateway has written to stdout and stderr so far. */
  output(): string
  kill(signal: NodeJS.Signals): void
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'darvaza-test-'))

/** Starts a real gateway in this process, on a port that the system chooses. Default data folder: a temporary one. */
export async function startGateway(overrides: Overrides = {}): Promise<TestGateway> {
  const { limits, sharedTokens, ...rest } = overrides
  const dataDir = overrides.dataDir ?? (await temporaryFolder())
  const config: Config = {
    ...parseConfig([], {}),
    host: '127.0.0.1',
    port: 0,
    ...rest,
    dataDir,
    // The gateway shares its thread with the test: a pause of a busy machine must not use up the CPU time of strangers.
    limits: { ...defaultLimits, pendingCpuMsPerSecond: 1e9, ...limits },
    sharedTokens: { pico: [], esp32cam: [], ...sharedTokens },
  }
  const gateway = await startRealGateway(config, pino({ level: 'silent' }))
  const stop = () => gateway.stop()
  return testGateway(gateway.port, dataDir, stop, overrides.dataDir === undefined)
}

/** Starts the product as users do: `bin/darvaza serve --port 0` plus `args`. `openFiles`: its limit of open files. */
export async function spawnGateway(
  options: { args?: string[]; env?: Record<string, string>; dataDir?: string; openFiles?: number } = {},
): Promise<SpawnedGateway> {
  const dataDir = options.dataDir ?? (await temporaryFolder())
  const child = spawn(
    'sh',
    [
      ...['-c', `${options.openFiles ? `ulimit -n ${options.openFiles}; ` : ''}exec sh bin/darvaza "$@"`, 'sh'],
      ...['serve', '--host', '127.0.0.1', '--port', '0', '--data', dataDir, ...(options.args ?? [])],
    ],
    {
      env: { PATH: process.env.PATH!, HOME: process.env.HOME ?? '/', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(resolve =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  )
  const port = await new Promise<number>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(output)
      if (found && output.includes('Next:')) resolve(Number(found[1]))
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    void exited.then(({ code }) => reject(new Error(`the gateway did not start (exit code ${code}):\n${output}`)))
  })
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
  }
  const gateway = await testGateway(port, dataDir, stop, options.dataDir === undefined)
  return Object.assign(gateway, {
    process: child,
    output: () => output,
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    exited,
  })
}

async function testGateway(
  port: number,
  dataDir: string,
  stop: () => Promise<void>,
  removeData: boolean,
): Promise<TestGateway> {
  const url = `http://127.0.0.1:${port}`
  const key: TestGateway['key'] = async (role, more) => {
    const answer = await overControlSocket(dataDir, 'POST', '/api/keys', { role, ...more })
    if (answer.status !== 201) throw new Error(`no key: ${JSON.stringify(answer)}`)
    return (answer.body as { secret: string }).secret
  }
  const ownerKey = await key('owner')
  return {
    url,
    wsUrl: url.replace('http', 'ws'),
    port,
    dataDir,
    ownerKey,
    key,
    async api(method, path, body, options = {}) {
      const secret = options.key === undefined ? ownerKey : options.key
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const type = response.headers.get('content-type') ?? ''
      const content = type.includes('json')
        ? await response.json()
        : type.startsWith('text/')
          ? await response.text()
          : Buffer.from(await response.arrayBuffer())
      return { status: response.status, body: content, headers: response.headers }
    },
    async mint(kind) {
      const tokens = (await (await fetch(`${url}/public/tokens`)).json()) as Record<string, string[]>
      return tokens[`${kind}_tokens`]![0]!
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      if (removeData) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Calls the API over the Unix socket in the data folder, as the command line on the gateway's own host does. */
export async function overControlSocket(
  dataDir: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  using socket = controlSocketPath(dataDir)
  const call = request({
    socketPath: socket.path,
    method,
    path,
    headers: { 'content-type': 'application/json' },
  })
  call.end(body === undefined ? undefined : JSON.stringify(body))
  const [response] = await once(call, 'response')
  let text = ''
  for await (const chunk of response) text += chunk
  return { status: response.statusCode, body: text === '' ? undefined : JSON.parse(text) }
}
