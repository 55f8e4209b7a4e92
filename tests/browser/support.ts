import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { buildDashboard } from '../../scripts/build-dashboard.ts'
import { chromiumPath } from '../support/chromium-path.ts'
import { onlyIf } from '../support/only-if.ts'

/** The folder for screenshots. Without one none are taken, because they take longer than the tests. */
const screenshots = process.env.DARVAZA_SCREENSHOTS

/** Options of a suite that needs a browser. */
export const inChromium = onlyIf(chromiumPath !== undefined, 'chromium is not installed')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export async function openBrowser(): Promise<Browser> {
  await buildDashboard(() => {})
  return chromium.launch({
    executablePath: chromiumPath!,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A name that is no secure context for the browser, as the addresses of a home network are none.
      '--host-resolver-rules=MAP house.test 127.0.0.1',
    ],
  })
}

/** Window sizes of a phone, a tablet and a desktop. */
export const sizes = [
  { width: 390, height: 844 },
  { width: 820, height: 1180 },
  { width: 1440, height: 900 },
]

export interface Look {
  language: 'en' | 'fa'
  scheme: 'light' | 'dark'
  width: 390 | 820 | 1440
}

/** A browser context of its own, with the errors and warnings of its pages. */
export interface Visitor {
  context: BrowserContext
  page: Page
  complaints: string[]
}

export async function visit(browser: Browser, look: Look): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: sizes.find(({ width }) => width === look.width)!,
    locale: look.language === 'fa' ? 'fa-IR' : 'en-GB',
    colorScheme: look.scheme,
    acceptDownloads: true,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  return { context, page, complaints }
}

/** The faults of the page, or of a part of it, in its current state. Empty if there are none. */
export const faultsOf = async (page: Page, part = ':root'): Promise<string[]> => [
  ...(await cutsOf(page, part)),
  ...(await barriersOf(page, part)),
]

/** Everything that does not fit: sideways scrolling, cut text, a dialog that is larger than the window. */
export const cutsOf = (page: Page, part: string): Promise<string[]> =>
  page.evaluate(part => {
    const found: string[] = []
    const wide = document.documentElement.scrollWidth - innerWidth
    if (wide > 0) found.push(`the page is ${wide} px wider than the window`)
    const root = document.querySelector(part)!
    const { left, right, top, bottom } = root.getBoundingClientRect()
    if (left < 0 || right > innerWidth || (root.matches('[role="dialog"]') && (top < 0 || bottom > innerHeight)))
      found.push(`reaches beyond the window: ${[left, top, right, bottom].map(Math.round)}`)
    const words = 'button, a, h1, h2, h3, label, dt, dd, summary, .pill, .note, .mantine-Button-label'
    for (const element of root.querySelectorAll<HTMLElement>(words)) {
      const style = getComputedStyle(element)
      if (element.clientWidth === 0 || element.closest('.sr-only') || style.textOverflow === 'ellipsis') continue
      const hides = (overflow: string) => overflow === 'hidden' || overflow === 'clip'
      if (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
        found.push(`cut at the side: ${element.textContent.slice(0, 40)}`)
      if (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 3)
        found.push(`cut above or below: ${element.textContent.slice(0, 40)}`)
    }
    return found
  }, part)

async function barriersOf(page: Page, part: string): Promise<string[]> {
  // `evaluate` bypasses the page's content security policy, which would block this script too.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(`${axe};0`)
  return page.evaluate(async part => {
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(part === ':root' ? document : part, {
      resultTypes: ['violations'],
    })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`)
  }, part)
}

interface Axe {
  run(
    root: Document | string,
    options: object,
  ): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>
}

export async function shoot(page: Page, name: string): Promise<void> {
  if (!screenshots) return
  mkdirSync(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}.png`) })
}
