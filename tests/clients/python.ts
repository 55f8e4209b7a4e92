import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** The command of a Python that has the package `websockets`, or the reason why there is none. */
export const python: { command: string } | { missing: string } = (() => {
  for (const command of ['/usr/bin/python3', 'python3']) {
    try {
      execFileSync(command, ['-c', 'import websockets'], { stdio: 'ignore' })
      return { command }
    } catch {}
  }
  return { missing: 'no python3 with `websockets` here (Debian: python3-websockets)' }
})()

// biome-ignore lint/suspicious/noExplicitAny: each step has fields of its own
export type Step = { step: string; ok: boolean } & Record<string, any>

/** Runs the documented board client, which prints one line of JSON for each of its steps. */
export class ExternalBoard implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly steps: Step[] = []
  readonly exited: Promise<number | null>
  errors = ''
  readonly #waiting = new Set<() => void>()

  constructor(command: string, args: string[]) {
    this.#child = spawn(command, [join(import.meta.dirname, 'external_board.py'), ...args])
    let line = ''
    this.#child.stdout!.on('data', bytes => {
      const lines = `${line}${bytes}`.split('\n')
      line = lines.pop()!
      for (const text of lines) this.steps.push(JSON.parse(text))
      for (const check of [...this.#waiting]) check()
    })
    this.#child.stderr!.on('data', bytes => {
      this.errors += bytes
    })
    this.exited = once(this.#child, 'close').then(([code]) => code)
  }

  /** Waits for the first step with this name. */
  step(name: string): Promise<Step> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = this.steps.find(({ step }) => step === name)
        if (found) resolve(found)
        return found !== undefined
      }
      if (check()) return
      this.#waiting.add(check)
      void this.exited.then(code => {
        if (!check()) reject(new Error(`it ended with ${code} before "${name}": ${this.#told()}`))
      })
    })
  }

  /** Waits for the client's end. Resolves to `ok`, or to its exit code and output. */
  async end(): Promise<string> {
    const code = await this.exited
    return code === 0 ? 'ok' : `exit code ${code}: ${this.#told()}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.exited
  }

  #told(): string {
    return `${this.steps.map(step => JSON.stringify(step)).join('\n')}\n${this.errors}`
  }
}
