import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { RunningGateway, signIn } from './running-gateway.ts'
import { faultsOf, inChromium, openBrowser, shoot, visit } from './support.ts'

const looks = [
  { language: 'en', scheme: 'light', width: 1440 },
  { language: 'fa', scheme: 'dark', width: 390 },
] as const

/** Limits of minutes, cut to tenths of a second, so that the gateway judges a board's health soon. */
const limits = { pingEveryMs: 500, healthAfterMs: 1_000, blackBoxSampleEveryMs: 200, stallMs: 300 }

describe('how a board is', inChromium, () => {
  let browser: Browser
  let gateway: RunningGateway
  let sick: string
  let well: string
  beforeAll(async () => {
    gateway = await RunningGateway.build({ limits })
    const hurried = { redialMs: 50, bootMs: 50, pingMs: 200, heartbeatMs: 200 }
    const [far, fine] = await Promise.all([
      gateway.pico('solar-tracker', { ...hurried, fault: { kind: 'reboot', everyMs: 2_500 } }),
      gateway.camera('roof-camera', hurried),
    ])
    await Promise.all([gateway.admit(far.id), gateway.admit(fine.id)])
    ;[sick, well] = [far.id, fine.id]
    const state = async (id: string) => (await gateway.server.api('GET', `/api/devices/${id}/health`)).body.state
    await until(
      'a board in trouble and a well one',
      async () => (await state(sick)) === 'trouble' && (await state(well)) === 'well',
      40_000,
    )
    browser = await openBrowser()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await gateway?.[Symbol.asyncDispose]()
  })

  it.each(looks)(
    'is told in plain words, and calmly where all is well: $language, $scheme, $width px',
    async look => {
      const { context, page, complaints } = await visit(browser, look)
      await signIn(context, gateway.owner)
      for (const [name, id] of Object.entries({ sick, well })) {
        await page.goto(`${gateway.url}/devices/${id}`)
        const card = page.locator('.health')
        await card.locator('.health-state').waitFor()
        await card.locator('summary').click()
        expect(await card.locator('.health-state').getAttribute('data-state')).toBe(
          name === 'sick' ? 'trouble' : 'well',
        )
        if (name === 'sick') {
          const worst = card.locator('.verdict[data-severity="bad"]').first()
          await worst.waitFor()
          const words = await worst.innerText()
          expect(words).toMatch(look.language === 'fa' ? /از نو راه می‌افتد/ : /It reboots/)
          if (look.language === 'fa') expect(words).not.toMatch(/\d{2,} (s|min)/)
        }
        await page.waitForFunction(() => !document.querySelector('.waiting'))
        expect(await faultsOf(page)).toEqual([])
        await shoot(page, `health-${name}-${look.language}-${look.scheme}-${look.width}`)
      }
      await page.goto(gateway.url)
      await page.locator(`.tile:has(a[href="/devices/${sick}"]) .tile-warning`).waitFor()
      expect(await page.locator(`.tile:has(a[href="/devices/${well}"]) .tile-warning`).count()).toBe(0)
      await shoot(page, `health-overview-${look.language}-${look.scheme}-${look.width}`)
      expect(complaints).toEqual([])
      await context.close()
    },
    60_000,
  )
})
