import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { repository } from './build.ts'

/** The server has one core and the load another, so that neither takes CPU time from the other. */
const cores = { server: '0', load: '1' }
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0

/** Put before a command, this lets it run on both cores again. */
export const onAnyCore = canPin ? ['taskset', '-c', Object.values(cores).join()] : []

/** With `setpriv` the kernel kills each started process when the bench ends, even after `kill -9` of the bench. */
const canTie = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0
const tied = canTie ? ['setpriv', '--pdeathsig', 'KILL'] : []

const pinned = (core: keyof typeof cores, command: readonly string[]): [string, string[]] => {
  const [head, ...rest] = [...tied, ...(canPin ? ['taskset', '-c', cores[core]] : []), ...command]
  return [head!, rest]
}

const running = new Set<ChildProcess>()
const folders = new Set<string>()

/** Starts a command in a process group of its own, so that the processes it starts can be ended with it. */
function start(command: [string, string[]], options: SpawnOptions): ChildProcess {
  const child = spawn(...command, { cwd: repository, ...options, detached: true })
  running.add(child)
  child.once('exit', () => running.delete(child))
  // A missing program is reported later, because its output is missing.
  child.once('error', () => running.delete(child))
  return child
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, signal)
  } catch {
    // The process has already ended.
  }
}

/** Makes a folder that is removed when the bench ends, at the latest. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'darvaza-bench-'))
  folders.add(folder)
  return folder
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  folders.delete(folder)
}

/** Called once by the bench: when a signal or a failure ends it, all started processes are ended too. */
export function endAllOnExit(): void {
  process.on('exit', () => {
    for (const child of running) killGroup(child, 'SIGKILL')
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  })
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const)
    process.once(signal, () => process.exit(128 + number))
}

export interface ServerProcess extends AsyncDisposable {
  /** The server's own pid, because setpriv, taskset and sh replace themselves by it. */
  pid: number
  /** The server's folder. It is removed when the process ends, unless the caller gave it. */
  folder: string
  output(): string
  /** Polls the output every few milliseconds. Ends the process and throws after 30 s or when it has ended. */
  untilSays(pattern: RegExp): Promise<RegExpMatchArray>
  /** Resolves when the process has ended. It gets SIGKILL if `signal` does not end it within 10 s. */
  kill(signal: NodeJS.Signals): Promise<void>
}

const endsWithinMs = 10_000

/** Starts a server on its core. Its output goes to a file: reading a pipe would take time of the load's core. */
export function startServer(
  command: readonly string[] | ((folder: string) => readonly string[]),
  options: { env?: NodeJS.ProcessEnv; folder?: string; cwd?: string } = {},
): ServerProcess {
  const folder = options.folder ?? temporaryFolder()
  const words = typeof command === 'function' ? command(folder) : command
  const log = join(folder, 'output.log')
  const file = openSync(log, 'w')
  const child = start(pinned('server', words), {
    stdio: ['ignore', file, file],
    cwd: options.cwd ?? repository,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
  })
  closeSync(file)
  const output = () => readFileSync(log, 'utf8')
  const kill = async (signal: NodeJS.Signals) => {
    if (ended(child)) return
    const exit = once(child, 'exit')
    killGroup(child, signal)
    const late = setTimeout(() => killGroup(child, 'SIGKILL'), endsWithinMs)
    await exit
    clearTimeout(late)
  }
  const end = async () => {
    await kill('SIGKILL')
    if (!options.folder) removeFolder(folder)
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
      const lastOutput = output().slice(-2_000)
      await end()
      throw new Error(`${words.join(' ').slice(0, 200)} did not say ${pattern}:\n${lastOutput}`)
    },
    [Symbol.asyncDispose]: end,
  }
}

const ended = (child: ChildProcess) => !child.pid || child.exitCode !== null || child.signalCode !== null

/** A load program that runs longer than this counts as hung and is killed. */
const loadAtMostMs = 180_000

/**
 * Runs a load program on the load's core to its end and resolves to the JSON of its last line. Throws if a connection
 * failed: a rejected connection costs the server nothing, and would look like speed.
 */
export async function load(command: readonly string[], options: { mayFail?: boolean } = {}): Promise<Figures> {
  const child = start(pinned('load', command), { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, errors] = ['', '']
  child.stdout!.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr!.setEncoding('utf8').on('data', text => {
    errors = (errors + text).slice(-2_000)
  })
  const hung = setTimeout(() => killGroup(child, 'SIGKILL'), loadAtMostMs)
  await once(child, 'close').finally(() => clearTimeout(hung))
  const last = out.trim().split('\n').at(-1)
  const figures: Figures | undefined = last?.startsWith('{') ? JSON.parse(last) : undefined
  if (figures && !figures.failed) return figures
  if (options.mayFail) return {}
  const what = figures
    ? `${figures.failed} of its connections failed`
    : `it ended with ${child.exitCode} and no figures`
  throw new Error(`${what}: ${command.join(' ').slice(0, 400)}\n${errors}`)
}

/** The figures of one run of a load program, under the names that bench/load/README.md lists. */
export type Figures = Record<string, number>
