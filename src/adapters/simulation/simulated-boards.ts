import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { BoardSimulator, SimulatedBoard } from '../../core/devices/simulated-fleet.ts'

const program = fileURLToPath(new URL('../../simulator/process.ts', import.meta.url))

/**
 * Virtual boards beside the gateway, in a process that ends with it. They connect to the public endpoints like any
 * other board.
 */
export class SimulatedBoards implements BoardSimulator, AsyncDisposable {
  readonly #url: () => string
  #child: ChildProcess | undefined

  /** `url`: the address to which boards connect. */
  constructor(url: () => string) {
    this.#url = url
  }

  get running(): boolean {
    return this.#child !== undefined
  }

  async start(boards: readonly SimulatedBoard[]): Promise<void> {
    await this.stop()
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'ignore', 'ignore'], env: {} })
    await once(child, 'spawn')
    this.#child = child
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined
    })
    // An error event means that a signal could not be sent. Only the exit event shows whether the process has ended.
    child.on('error', () => {})
    child.stdin.on('error', () => {})
    child.stdin.write(`${JSON.stringify(boards.map(board => ({ ...board, url: this.#url() })))}\n`)
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (!child) return
    this.#child = undefined
    // `once` of node:events would not do: an error event ends it too.
    const exited = new Promise(resolve => child.once('exit', resolve))
    child.stdin?.end()
    // The gateway need not wait for the Close frames of these boards, which may take a moment.
    child.kill('SIGKILL')
    await exited
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}
