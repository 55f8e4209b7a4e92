import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { RunningGateway, signIn } from './running-gateway.ts'
import { faultsOf, inChromium, openBrowser, shoot, visit } from './support.ts'

describe('somebody with too many pages', { ...inChromium, timeout: 240_000 }, () => {
  let browser: Browser
  let gateway: RunningGateway

  beforeAll(async () => {
    browser = await openBrowser()
    gateway = await RunningGateway.build({ limits: { pagesPerPerson: 1 } })
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await gateway?.[Symbol.asyncDispose]()
  })

  it.each([
    { language: 'en', wake: 'Use it here' },
    { language: 'fa', wake: 'همین‌جا ادامه بده' },
  ] as const)(
    'finds the others resting until they choose one, and none fights for the line: $language',
    async ({ language, wake }) => {
      const { context, page: first } = await visit(browser, {
        language,
        scheme: language === 'en' ? 'light' : 'dark',
        width: 390,
      })
      onTestFinished(() => context.close())
      await signIn(context, gateway.owner)
      const dials: string[] = []
      context.on('page', page => page.on('websocket', () => dials.push('other')))
      first.on('websocket', () => dials.push('first'))
      await first.goto(`${gateway.url}/journal`)
      await first.locator('.entry').first().waitFor()
      const second = await context.newPage()
      await second.goto(`${gateway.url}/journal`)
      await first.getByRole('button', { name: wake }).waitFor()
      expect(await faultsOf(first)).toEqual([])
      await shoot(first, `page-resting-${language}`)
      // A page that becomes visible or online again must not wake up: only a person's click wakes it.
      await first.evaluate(() => {
        dispatchEvent(new Event('online'))
        document.dispatchEvent(new Event('visibilitychange'))
      })
      await gateway.ask('POST', '/api/devices', { kind: 'pico', name: `seen-${language}` })
      await second.locator('.entry', { hasText: `seen-${language}` }).waitFor()
      expect(dials).toEqual(['first', 'other'])

      await first.getByRole('button', { name: wake }).click()
      await second.getByRole('button', { name: wake }).waitFor()
      // The woken page shows the entries that it missed, and new ones.
      await first.locator('.entry', { hasText: `seen-${language}` }).waitFor()
      await gateway.ask('POST', '/api/devices', { kind: 'pico', name: `live-${language}` })
      await first.locator('.entry', { hasText: `live-${language}` }).waitFor()
      expect(await first.getByRole('button', { name: wake }).count()).toBe(0)
      expect(dials).toEqual(['first', 'other', 'first'])
    },
  )
})
