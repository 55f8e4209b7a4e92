import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { chromiumPath } from '../support/chromium-path.ts'
import { firstProgram, folder } from './programs.ts'
import { until } from './until.ts'

export const chromium = firstProgram([chromiumPath, 'chromium', 'google-chrome', 'chromium-browser'], ['--version'])

/** One page of a real browser that runs the test's JavaScript. */
export class Page implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #place = folder()
  readonly #answers = new Map<number, (result: unknown) => void>()
  #line: WebSocket | undefined
  #asked = 0

  private constructor(command: string, url: string) {
    const flags = ['--headless=new', '--no-sandbox', '--remote-debugging-port=0', `--user-data-dir=${this.#place.path}`]
    this.#child = spawn(command, [...flags, url], { stdio: ['ignore', 'ignore', 'pipe'] })
  }

  static async open(command: string, url: string): Promise<Page> {
    const page = new Page(command, url)
    let said = ''
    for await (const chunk of page.#child.stderr!) {
      said += chunk
      if (/ws:\/\/\S+\s/.test(said)) break
    }
    const port = /ws:\/\/[^/]*:(\d+)\//.exec(said)?.[1]
    const pages = async () => {
      const list = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as Record<string, string>[]
      return list.find(one => one.type === 'page' && one.url === url)
    }
    page.#line = new WebSocket((await until(pages))!.webSocketDebuggerUrl!)
    await once(page.#line, 'open')
    page.#line.on('message', data => {
      const answer = JSON.parse(String(data)) as { id?: number; result?: { result?: { value?: unknown } } }
      if (answer.id !== undefined) page.#answers.get(answer.id)?.(answer.result?.result?.value)
    })
    return page
  }

  /** Evaluates an expression in the page, which awaits promises, and resolves to its value. */
  run(expression: string): Promise<unknown> {
    const id = ++this.#asked
    const params = { expression, awaitPromise: true, returnByValue: true }
    return new Promise(resolve => {
      this.#answers.set(id, resolve)
      this.#line!.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }))
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#line?.terminate()
    this.#child.kill('SIGKILL')
    await gone
    this.#place[Symbol.dispose]()
  }
}
