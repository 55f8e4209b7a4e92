import { existsSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildFolder, certificate } from './build.ts'
import { onAnyCore, startServer } from './process.ts'
import { freePort, type Kind, type Server } from './servers.ts'

export interface Darvaza extends Server {
  /** The HTTP API over the Unix socket in the data folder, as the host's own user. Throws unless it answers 2xx. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>
  /** Only with `probe: 'loop'`. Forgets what it told. */
  tell(): Promise<Told>
  /** Only with `probe: 'leftovers'`. How many of each: what keeps the process alive, timers, sockets. */
  leftovers(): Promise<Record<string, number>>
  /** Milliseconds from the start of the process until it said where it listens. */
  readyAfterMs: number
}

/** What bench/load/probe.mjs tells from inside the process. */
export interface Told {
  /** Milliseconds the event loop was late: the 99th percentile, and the longest stall. */
  loopP99Ms: number
  loopMaxMs: number
}

export interface DarvazaOptions {
  /** A folder with a past. Absent: a fresh one that goes with the process. */
  folder?: string
  tls?: boolean
  /** Loads bench/load/probe.mjs into the process. `loop` costs it a thousand wake-ups a second. */
  probe?: 'loop' | 'leftovers'
  /** Not on the server's core only, and its load not on the load's. */
  anyCore?: boolean
  /** Root of another checkout of Darvaza, installed, whose gateway is started instead of this one's. */
  checkout?: string
}

/** `--profile`: where each gateway leaves a CPU profile when it ends. */
const profiles = { folder: join(buildFolder, 'profiles'), on: false }
export const profileIntoFolder = (): string => {
  profiles.on = true
  return profiles.folder
}

const tellsWithinMs = 15_000
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

/** The gateway as its user starts it, with ten thousand boards' and a hundred cameras' tokens in its environment. */
export const darvaza = (options: DarvazaOptions = {}): Kind<Darvaza> => ({
  name: 'darvaza',
  async start() {
    const startedAt = performance.now()
    const tlsPort = options.tls ? await freePort() : 0
    const running = startServer(
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
    const told = join(running.folder, 'told.json')
    const api = <T>(method: string, path: string, body?: unknown) =>
      overSocket<T>(join(running.folder, 'data', 'control.sock'), method, path, body)
    const [, port] = await running.untilSays(/http:\/\/[^\s"/]+:(\d+)/)
    const readyAfterMs = performance.now() - startedAt
    const asked = api<{ secret: string }>('POST', '/api/keys', { role: 'viewer', label: 'bench' })
    const { secret } = await asked.catch(async error => {
      await running[Symbol.asyncDispose]()
      throw error
    })
    const ask = async () => {
      rmSync(told, { force: true })
      process.kill(running.pid, 'SIGUSR2')
      for (const deadline = Date.now() + tellsWithinMs; !existsSync(told); await sleep(5))
        if (Date.now() > deadline) throw new Error(`the gateway did not tell how it is within ${tellsWithinMs} ms`)
      return JSON.parse(readFileSync(told, 'utf8'))
    }
    return {
      ...running,
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
        // A profile is written by a process that ends itself.
        if (profiles.on) await running.kill('SIGTERM')
        await running[Symbol.asyncDispose]()
      },
      tell: ask,
      leftovers: ask,
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
