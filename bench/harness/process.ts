import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { repository } from './build.ts'

/** The server has one core to itself and the load another, so that neither takes the other's time. */
const cores = { server: '0', load: '1' }
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0

/** Put before a command, takes back that it has one core. */
export const onAnyCore = canPin ? ['taskset', '-c', Object.values(cores).join()] : []

/** The kernel ends it with the bench, however that ends: even `kill -9` leaves nothing running. */
const canTie = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0
const tied = canTie ? ['setpriv', '--pdeathsig', 'KILL'] : []

const pinned = (core: keyof typeof cores, command: readonly string[]): [string, string[]] => {
  const [head, ...rest] = [...tied, ...(canPin ? ['taskset', '-c', cores[core]] : []), ...command]
  return [head!, rest]
}

const running = new Set<ChildProcess>()
const folders = new Set<string>()

/** A process group of its own, so that whatever it starts ends with it. */
function start(command: [string, string[]], options: SpawnOptions): ChildProcess {
  const child = spawn(...command, { cwd: repository, ...options, detached: true })
  running.add(child)
  child.once('exit', () => running.delete(child))
  // A program that is not there is told by its missing output.
  child.once('error', () => running.delete(child))
  return child
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}

/** A folder that goes when the bench ends, at the latest. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'darvaza-bench-'))
  folders.add(folder)
  return folder
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  folders.delete(folder)
}

/** Once, by the bench: a signal or a failure ends what was started as well. */
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

export interface Running extends AsyncDisposable {
  /** setpriv, taskset and sh replace themselves, so this is the server itself. */
  pid: number
  /** A folder of its own, gone with the process unless it was given. */
  folder: string
  output(): string
  /** Polls the output, every few milliseconds. Ends it and throws when 30 s pass or it ended itself. */
  untilSays(pattern: RegExp): Promise<RegExpMatchArray>
  /** Resolves when it has ended: by SIGKILL, if it does not follow `signal` within 10 s. */
  kill(signal: NodeJS.Signals): Promise<void>
}

const endsWithinMs = 10_000

/** Starts a server on its core. Its output goes to a file: a pipe would take the load's core to read. */
export function startServer(
  command: readonly string[] | ((folder: string) => readonly string[]),
  options: { env?: NodeJS.ProcessEnv; folder?: string; cwd?: string } = {},
): Running {
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
      const said = output().slice(-2_000)
      await end()
      throw new Error(`${words.join(' ').slice(0, 200)} did not say ${pattern}:\n${said}`)
    },
    [Symbol.asyncDispose]: end,
  }
}

const ended = (child: ChildProcess) => !child.pid || child.exitCode !== null || child.signalCode !== null

/** No load program of a claim is meant to take longer: one that does hangs. */
const loadAtMostMs = 180_000

/**
 * Runs a load program on the load's core, to its end. Resolves to the JSON of its last line. Throws where a connection
 * failed: whoever was not let in costs nothing, and would look like speed.
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

/** One run of a load program: names as bench/load/README.md lists them, numbers as measured. */
export type Figures = Record<string, number>
