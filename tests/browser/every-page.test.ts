import { globSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Furnished, furnish } from './furnished.ts'
import { Gallery, looks, walk } from './gallery.ts'
import { RunningGateway, signIn } from './running-gateway.ts'
import { inChromium, openBrowser, visit } from './support.ts'

const outside = { 'sign-in': '/sign-in', setup: '/setup#code', invite: '/invite#code' }
const inside = ({ camera, pico, stale, offline, blocked, pending }: Furnished) => ({
  overview: '/',
  gate: '/gate',
  camera: `/devices/${camera}`,
  pico: `/devices/${pico}`,
  stale: `/devices/${stale}`,
  offline: `/devices/${offline}`,
  blocked: `/devices/${blocked}`,
  pending: `/devices/${pending}`,
  journal: '/journal',
  appearance: '/settings/appearance',
  account: '/settings/account',
  people: '/settings/people',
  keys: '/settings/keys',
  enrolment: '/settings/enrolment',
  retention: '/settings/retention',
  backup: '/settings/backup',
  about: '/settings/about',
  missing: '/nowhere',
})

/** The element that a page must show, besides its heading, before it is checked. */
const shows: Record<string, string> = {
  overview: '.tile .camera[data-seen="true"]',
  gate: '.preview img',
  camera: '.camera[data-seen="true"]',
  pico: '.camera[data-seen="true"]',
  stale: '.stale',
}

describe('every page', inChromium, () => {
  let browser: Browser
  let furnished: Furnished
  let empty: RunningGateway
  beforeAll(async () => {
    browser = await openBrowser()
    furnished = await furnish()
    empty = await RunningGateway.build()
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await furnished?.gateway[Symbol.asyncDispose]()
    await empty?.[Symbol.asyncDispose]()
  })

  it.each(looks)(
    'fits, reads and complains of nothing, on a phone, a tablet and a desktop: $language, $scheme',
    async look => {
      const visitor = await visit(browser, look)
      const { context, page } = visitor
      const gallery = new Gallery(visitor, look)
      const { gateway } = furnished
      for (const [name, path] of Object.entries(outside)) {
        await page.goto(gateway.url + path)
        await gallery.page(name, shows[name])
      }
      await signIn(context, gateway.owner)
      await page.goto(gateway.url)
      for (const [name, path] of Object.entries(inside(furnished))) {
        await walk(page, path)
        await gallery.page(name, shows[name])
      }
      await signIn(context, empty.owner)
      await page.goto(empty.url)
      for (const [name, path] of Object.entries({ newcomer: '/', 'empty-gate': '/gate' })) {
        await walk(page, path)
        await gallery.page(name, shows[name])
      }
      await context.close()
      expect(gallery.faults).toEqual({})
    },
    600_000,
  )

  it('loads less than 250 KB of compressed script before the overview stands', async () => {
    const { context, page } = await visit(browser, { language: 'fa', scheme: 'light', width: 1440 })
    const scripts = new Map<string, string>()
    page.on('response', response => {
      const { pathname } = new URL(response.url())
      if (pathname.endsWith('.js')) scripts.set(pathname, response.headers()['content-encoding'] ?? 'none')
    })
    await signIn(context, furnished.gateway.owner)
    await page.goto(furnished.gateway.url)
    await page.locator('.tile h2').first().waitFor()
    await context.close()
    const built = join(import.meta.dirname, '../../dist/dashboard/assets')
    const total = [...scripts.keys()].reduce((sum, path) => sum + statSync(join(built, `${basename(path)}.br`)).size, 0)
    expect(new Set(scripts.values())).toEqual(new Set(['br']))
    expect(scripts.size).toBeGreaterThan(3)
    expect(total).toBeLessThan(250 * 1_024)
    expect(globSync('*.js', { cwd: built }).length).toBeGreaterThan(scripts.size)
    console.log(`first load: ${(total / 1_024).toFixed(1)} KB of brotli in ${scripts.size} scripts`)
  })
})
