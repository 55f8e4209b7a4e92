import { existsSync } from 'node:fs'
import { type BrowserContext, chromium } from 'playwright-core'
import type { Darvaza } from './darvaza.ts'
import { becomeOwner } from './owner.ts'

const executablePath = '/usr/bin/chromium'

export interface Chromium extends AsyncDisposable {
  /** The pid of Chromium's first process; its other processes are children of that. */
  pid: number
  /** Opens a browser context with an empty cache in which the owner is signed in. */
  open(viewport: { width: number; height: number }): Promise<BrowserContext>
}

/** Starts Debian's Chromium, without a GPU, for the pages of one gateway. */
export async function openChromium(gateway: Darvaza): Promise<Chromium> {
  if (!existsSync(executablePath)) throw new Error(`there is no ${executablePath}`)
  const url = `http://127.0.0.1:${gateway.port}`
  const cookies = [...(await becomeOwner(gateway))].map(([name, value]) => ({ name, value, url }))
  const server = await chromium.launchServer({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  // The browser is killed because `close` would wait until its pages are idle.
  const end = () => server.kill()
  try {
    const browser = await chromium.connect(server.wsEndpoint())
    return {
      pid: server.process().pid!,
      async open(viewport) {
        const context = await browser.newContext({ viewport, baseURL: url })
        await context.addCookies(cookies)
        return context
      },
      [Symbol.asyncDispose]: end,
    }
  } catch (error) {
    await end()
    throw error
  }
}
