import { existsSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildFolder, certificate } from './build.ts'
import { onAnyCore, startServer } from './process.ts'
import { freePort, type Kind, type Server } from './servers.ts'

export interface Darvaza extends Server {
  /** Calls the HTTP API over the Unix socket in the data folder. Throws unless the answer is 2xx. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>
  /** Only with `probe: 'loop'`: the delays of the event loop since the last call. */
  loopDelays(): Promise<LoopDelays>
  /** Only with `probe: 'leftovers'`: counts timers, sockets, and the resources that keep the process alive, by kind. */
  leftovers(): Promise<Record<string, number>>
  /** Milliseconds from the start of the process until it printed its address. */
  readyAfterMs: number
}

/** The figures that bench/load/probe.mjs collects inside the process. */
export interface LoopDelays {
  /** The delay of the event loop in ms: its 99th percentile and its maximum. */
  loopP99Ms: number
  loopMaxMs: number
}

export interface DarvazaOptions {
  /** A folder with an existing data folder. Default: a fresh one, removed with the process. */
  folder?: string
  tls?: boolean
  /** Loads bench/load/probe.mjs into the process. `loop` costs a thousand wake-ups a second. */
  probe?: 'loop' | 'leftovers'
  /** The gateway and its load may run on both cores, instead of one core each. */
  anyCore?: boolean
  /** The root of another installed checkout of Darvaza, whose gateway is started instead of this one's. */
  checkout?: string
}

/** With `--profile` each gateway writes a CPU profile to this folder when it ends. */
const profiles = { folder: join(buildFolder, 'profiles'), on: false }
export const profileIntoFolder = (): string => {
  profiles.on = true
  return profiles.folder
}

const reportsWithinMs = 15_000
const answersWithinMs = 60_000

const nodeOptions = (options: DarvazaOptions): NodeJS.ProcessEnv => {
  const words = [
    ...(options.probe ? [`--import ${new URL(`../load/probe.mjs?${options.probe}`, import.meta.url)}`] : []),
    ...(profiles.on ? [`--cpu-prof --cpu-prof-dir=${profiles.folder}`] : []),
  ]
  return words.length ? { NODE_OPTIONS: words.join(' ') } : {}
}

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}-${String(i).padStart(5, '0')}`).join(',')

/** The gateway, started as users do, with the tokens of 10,000 boards and 100 cameras in its environment. */
export const darvaza = (options: DarvazaOptions = {}): Kind<Darvaza> => ({
  name: 'darvaza',
  async start() {
    const startedAt = performance.now()
    const tlsPort = options.tls ? await freePort() : 0
    const server = startServer(
      folder => [
        ...(options.anyCore ? onAnyCore : []),
        ...['sh', 'bin/darvaza', 'serve', '--port', '0', '--data', join(folder, 'data'), ...tlsFlags(tlsPort)],
      ],
      {
        ...(options.folder && { folder: options.folder }),
        ...(options.checkout && { cwd: options.checkout }),
        env: {
          PICO_AUTH_TOKENS: numbered('tok', 10_000),
          ESP32CAM_AUTH_TOKENS: numbered('cam', 100),
          ...nodeOptions(options),
        },
      },
    )
    const reportFile = join(server.folder, 'report.json')
    const api = <T>(method: string, path: string, body?: unknown) =>
      overSocket<T>(join(server.folder, 'data', 'control.sock'), method, path, body)
    const [, port] = await server.untilSays(/http:\/\/[^\s"/]+:(\d+)/)
    const readyAfterMs = performance.now() - startedAt
    const asked = api<{ secret: string }>('POST', '/api/keys', { role: 'viewer', label: 'bench' })
    const { secret } = await asked.catch(async error => {
      await server[Symbol.asyncDispose]()
      throw error
    })
    const report = async () => {
      rmSync(reportFile, { force: true })
      process.kill(server.pid, 'SIGUSR2')
      for (const deadline = Date.now() + reportsWithinMs; !existsSync(reportFile); await sleep(5))
        if (Date.now() > deadline) throw new Error(`the gateway did not tell how it is within ${reportsWithinMs} ms`)
      return JSON.parse(readFileSync(reportFile, 'utf8'))
    }
    return {
      ...server,
      port: Number(port),
      readyAfterMs,
      anyCore: options.anyCore === true,
      api,
      watch: [
        ...['--cam-path', '/ws/esp32cam', '--token', 'cam-%05d', '--header', 'X-Device-ID: cam-%d'],
        ...['--view-path', '/ws/view/cam-%d', '--view-token', secret],
        ...(options.tls ? ['--view-tls', `${tlsPort}`] : []),
      ],
      boards: ['--dev-path', '/ws/pico', '--header', 'X-Device-ID: dev-%d'],
      async [Symbol.asyncDispose]() {
        // Node writes the profile only if the process ends itself, so it gets SIGTERM before SIGKILL.
        if (profiles.on) await server.kill('SIGTERM')
        await server[Symbol.asyncDispose]()
      },
      loopDelays: report,
      leftovers: report,
    }
  },
})

function tlsFlags(port: number): string[] {
  if (!port) return []
  const { cert, key } = certificate()
  return ['--tls-port', `${port}`, '--tls-cert', cert, '--tls-key', key]
}

function overSocket<T>(socketPath: string, method: string, path: string, body?: unknown): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const headers = { 'content-type': 'application/json' }
  const signal = AbortSignal.timeout(answersWithinMs)
  const asking = request({ socketPath, method, path, headers, signal }, async answer => {
    let text = ''
    try {
      for await (const chunk of answer.setEncoding('utf8')) text += chunk
    } catch (error) {
      return reject(error)
    }
    if (answer.statusCode! >= 300) reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`))
    else resolve(JSON.parse(text || 'null'))
  })
  asking.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body))
  return promise
}
