import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Inbox } from './inbox.ts'

/** One JSON line that a board on this PC prints. */
export type BoardEvent = { event?: string; [key: string]: unknown }

/** The first of `commands` that exits with 0 when it is run with the arguments `probe`. */
export function firstProgram(commands: (string | undefined)[], probe: string[]): string | undefined {
  return commands.find(command => command && spawnSync(command, probe, { timeout: 10_000 }).status === 0)
}

export const python = firstProgram(['python3', 'python'], ['-c', 'import asyncio, ssl'])
/** MicroPython's Unix port, from the variable MICROPYTHON or from the PATH. Debian has it from version 13 on. */
const micropython = firstProgram([process.env.MICROPYTHON, 'micropython'], ['-c', 'import asyncio'])
/** MicroPython's WebAssembly build from npm, with sockets added, used if the Unix port is missing. */
const inNode = fileURLToPath(new URL('./micropython/run.ts', import.meta.url))
const packaged = fileURLToPath(new URL('../../node_modules/@micropython', import.meta.url))
export const gxx = firstProgram(['g++'], ['--version'])

/** The interpreters that run the Pico's firmware here; `missing` says why one is not available. */
export const interpreters: { name: string; command: [string, ...string[]] | undefined; missing: string }[] = [
  { name: 'Python', command: python ? [python, '-u'] : undefined, missing: 'Python 3 is not installed' },
  {
    name: 'MicroPython',
    command: micropython ? [micropython] : existsSync(packaged) ? [process.execPath, inNode] : undefined,
    missing: 'neither `micropython` nor its build from npm is here (npm ci)',
  },
]

/** A running program that prints JSON lines. Disposing it ends the program. */
export class Program implements AsyncDisposable {
  readonly events = new Inbox<BoardEvent>()
  readonly exit: Promise<number | null>
  readonly #child: ChildProcess
  #errors = ''

  constructor(command: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let rest = ''
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.events.put(parse(line))
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text
    })
    this.exit = new Promise(resolve => {
      this.#child.on('error', error => {
        this.#errors += error.message
        resolve(null)
      })
      this.#child.on('close', code => resolve(code))
    })
    this.exit.then(code => this.events.close(() => `${command} ended with ${code}: ${this.#errors.slice(-2000)}`))
  }

  /** The next log line that contains `part`. */
  async logged(part: string, options?: { from?: number; withinMs?: number }): Promise<string> {
    const found = await this.events.next(e => typeof e.line === 'string' && e.line.includes(part), options)
    return String(found.line)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.exit
  }
}

function parse(line: string): BoardEvent {
  try {
    return JSON.parse(line) as BoardEvent
  } catch {
    return { event: 'text', line }
  }
}

/** A result from a test program, which prints one such JSON line for each test. */
export interface Outcome {
  subject: string
  name: string
  ok: boolean
  error?: string
}

export async function outcomes(command: string, args: string[], cwd: string): Promise<Outcome[]> {
  const run = promisify(execFile)
  const { stdout, stderr } = await run(command, args, { cwd, timeout: 120_000, maxBuffer: 16e6 }).catch(
    (failed: { stdout?: string; stderr?: string }) => ({ stdout: failed.stdout ?? '', stderr: failed.stderr ?? '' }),
  )
  const lines = stdout.split('\n').filter(Boolean)
  return lines.length > 0
    ? lines.map(line => JSON.parse(line) as Outcome)
    : [{ subject: 'itself', name: 'starts', ok: false, error: stderr || 'it printed nothing' }]
}

/** A temporary folder that is removed on disposal. */
export function folder(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'darvaza-firmware-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
