import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { firstOwner, guest, type PersonClient, password, totp } from '../people/person-client.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { faultsOf, inChromium, openBrowser, shoot, visit } from './support.ts'

describe('somebody at the second factor', { ...inChromium, timeout: 240_000 }, () => {
  let browser: Browser
  let gateway: TestGateway
  let owner: PersonClient

  beforeAll(async () => {
    browser = await openBrowser()
    gateway = await startGateway({ limits: { guessBurst: 3, guessesPerMinute: 1, entryBurst: 1_000 } })
    owner = await firstOwner(gateway)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await gateway?.[Symbol.asyncDispose]()
  })

  it.each([
    {
      language: 'en',
      email: 'Email',
      enter: 'Enter',
      code: 'Code',
      wrong: 'This code does not fit',
      slowed: /Too many attempts\. Try again in \d+ (seconds|minute)/,
    },
    {
      language: 'fa',
      email: 'رایانامه',
      enter: 'ورود',
      code: 'کد',
      wrong: 'این کد درست نیست',
      slowed: /تلاش‌ها زیاد شد\. [۰-۹]+ (ثانیه|دقیقه) دیگر/,
    },
  ] as const)(
    'is told when a code is wrong, and when it was not even looked at and for how long: $language',
    async words => {
      const who = await guest(owner, 'viewer')
      const { body } = await who.ask('POST', '/api/auth/two-factor/enable', { password })
      await who.ask('POST', '/api/auth/two-factor/verify-totp', { code: totp(body.totpURI) })
      const { page, context } = await visit(browser, { language: words.language, scheme: 'dark', width: 390 })
      onTestFinished(() => context.close())
      await page.goto(gateway.url)
      await page.getByLabel(words.email).fill(who.email)
      await page.locator('input[type="password"]').fill(password)
      const enter = page.getByRole('button', { name: words.enter, exact: true })
      await enter.click()
      await page.getByLabel(words.code).fill('000000')
      await enter.click()
      await page.getByText(words.wrong).waitFor()
      const slowed = page.getByText(words.slowed)
      await expect
        .poll(async () => {
          await enter.click()
          return slowed.count()
        })
        .toBe(1)
      expect(await page.getByText(words.wrong).count()).toBe(0)
      // Wait until the button shows its text again instead of the loading state.
      await page.waitForFunction(
        () => !document.querySelector('[data-loading]') && document.getAnimations().length === 0,
      )
      expect(await faultsOf(page)).toEqual([])
      await shoot(page, `second-factor-slowed-${words.language}`)
    },
  )
})
