import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StandIn, startStandIn } from './stand-in.ts'
import { chromiumIsHere, everyLook, faultsOf, openBrowser, shoot, visit } from './support.ts'

const outside = { 'sign-in': '/sign-in', setup: '/setup#code', invite: '/invite#code' }
const inside = {
  overview: '/',
  gate: '/gate',
  camera: '/devices/d_roof',
  pico: '/devices/d_pan',
  stale: '/devices/d_frozen',
  blocked: '/devices/d_blocked',
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
}

describe.skipIf(!chromiumIsHere)('every page', () => {
  let browser: Browser
  let gateway: StandIn
  beforeAll(async () => {
    gateway = await startStandIn()
    browser = await openBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await gateway?.[Symbol.asyncDispose]()
  })

  it.each(everyLook)(
    'fits, reads and complains of nothing: $language, $scheme, $width px',
    async look => {
      const { context, page, complaints } = await visit(browser, look)
      const faults: Record<string, string[]> = {}
      // As a click on a link does: the page itself is loaded once, which spares twelve times sixteen loads.
      const walk = (to: string) =>
        page.evaluate(async path => {
          history.pushState(null, '', path)
          dispatchEvent(new PopStateEvent('popstate'))
          for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
        }, to)
      const lookAt = async (
        name: string,
        path: string,
        go = (to: string) => page.goto(gateway.url + to) as Promise<unknown>,
      ) => {
        await go(path)
        await page.locator('h1').waitFor()
        await page.waitForFunction(() => !document.querySelector('.waiting'))
        // What slides in is looked at when it has arrived.
        await page.evaluate(() =>
          Promise.all(document.getAnimations().map(animation => animation.finished.catch(() => {}))),
        )
        const found = [...(await faultsOf(page)), ...complaints.splice(0)]
        if (found.length > 0) faults[name] = found
        await shoot(page, `${name}-${look.language}-${look.scheme}-${look.width}`)
      }
      for (const [name, path] of Object.entries(outside)) await lookAt(name, path)
      await context.addCookies([{ name: 'session', value: '1', url: gateway.url }])
      await page.goto(gateway.url)
      for (const [name, path] of Object.entries(inside)) await lookAt(name, path, walk)
      await context.close()
      expect(faults).toEqual({})
    },
    180_000,
  )

  it('loads less than 250 KB of compressed script before the overview stands', async () => {
    const { context, page } = await visit(browser, { language: 'fa', scheme: 'light', width: 1440 })
    const scripts = new Set<string>()
    page.on('response', response => {
      if (/\.js$/.test(new URL(response.url()).pathname)) scripts.add(new URL(response.url()).pathname)
    })
    await context.addCookies([{ name: 'session', value: '1', url: gateway.url }])
    await page.goto(gateway.url)
    await page.locator('.tile h2').first().waitFor()
    await context.close()
    const sizes = await Promise.all([...scripts].map(path => gateway.compressedSize(path)))
    const total = sizes.reduce((sum, size) => sum + size, 0)
    expect(scripts.size).toBeGreaterThan(3)
    expect(total).toBeLessThan(250 * 1_024)
    console.log(`first load: ${(total / 1_024).toFixed(1)} KB of brotli in ${scripts.size} scripts`)
  })
})
