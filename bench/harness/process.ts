import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { repository } from './build.ts'

/** The server has one core to itself and the load another, so that neither takes the other's time. */
const cores = { server: '0', load: '1' }
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0

const pinned = (core: keyof typeof cores, command: readonly string[]): [string, string[]] => {
  const words = canPin ? ['taskset', '-c', cores[core], ...command] : command
  return [words[0]!, words.slice(1)]
}

export interface Running extends AsyncDisposable {
  /** taskset and sh replace themselves, so this is the server itself. */
  pid: number
  /** A folder of its own, gone with the process unless it was given. */
  folder: string
  output(): string
  /** Polls the output, every few milliseconds. Ends it and throws when 30 s pass or it ended itself. */
  untilSays(pattern: RegExp): Promise<RegExpMatchArray>
  kill(signal: NodeJS.Signals): Promise<void>
}

/** Starts a server on its core. Its output goes to a file: a pipe would take the load's core to read. */
export function startServer(
  command: readonly string[] | ((folder: string) => readonly string[]),
  options: { env?: NodeJS.ProcessEnv; folder?: string } = {},
): Running {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'darvaza-bench-'))
  const words = typeof command === 'function' ? command(folder) : command
  const log = join(folder, 'output.log')
  const file = openSync(log, 'w')
  const [head, rest] = pinned('server', words)
  const child = spawn(head, rest, {
    cwd: repository,
    stdio: ['ignore', file, file],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
  })
  closeSync(file)
  const output = () => readFileSync(log, 'utf8')
  const kill = async (signal: NodeJS.Signals) => {
    if (ended(child)) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  const end = async () => {
    await kill('SIGKILL')
    if (!options.folder) rmSync(folder, { recursive: true, force: true })
  }
  return {
    pid: child.pid!,
    folder,
    output,
    kill,
    async untilSays(pattern) {
      for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(4)) {
        const found = output().match(pattern)
        if (found) return found
        if (ended(child)) break
      }
      const said = output().slice(-2_000)
      await end()
      throw new Error(`${words.join(' ').slice(0, 200)} did not say ${pattern}:\n${said}`)
    },
    [Symbol.asyncDispose]: end,
  }
}

const ended = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

/**
 * Runs a load program on the load's core, to its end. Resolves to the JSON of its last line. Throws where a connection
 * failed: whoever was not let in costs nothing, and would look like speed.
 */
export async function load(command: readonly string[], options: { mayFail?: boolean } = {}): Promise<Figures> {
  const [head, rest] = pinned('load', command)
  const child = spawn(head, rest, { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    errors = (errors + text).slice(-2_000)
  })
  await once(child, 'close')
  const last = out.trim().split('\n').at(-1)
  const figures: Figures | undefined = last?.startsWith('{') ? JSON.parse(last) : undefined
  if (figures && !figures.failed) return figures
  if (options.mayFail) return {}
  const what = figures
    ? `${figures.failed} of its connections failed`
    : `it ended with ${child.exitCode} and no figures`
  throw new Error(`${what}: ${command.join(' ').slice(0, 400)}\n${errors}`)
}

/** One run of a load program: names as bench/load/README.md lists them, numbers as measured. */
export type Figures = Record<string, number>
