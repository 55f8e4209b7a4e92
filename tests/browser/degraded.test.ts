import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { onlyIf } from '../support/only-if.ts'
import { SmallDisk, whyNoDisk } from '../support/small-disk.ts'
import { RunningGateway, signIn } from './running-gateway.ts'
import { cutsOf, inChromium, type Look, openBrowser, shoot, visit } from './support.ts'

const looks: (Look & { notice: string })[] = [
  { language: 'en', scheme: 'light', width: 1440, notice: 'The gateway’s disk cannot be written.' },
  { language: 'fa', scheme: 'dark', width: 390, notice: 'روی دیسک دروازه نمی‌توان نوشت.' },
]

describe('pages of a gateway whose disk fails', {
  ...inChromium,
  ...onlyIf(!whyNoDisk, whyNoDisk ?? ''),
  timeout: 60_000,
}, () => {
  let browser: Browser
  let disk: SmallDisk
  let gateway: RunningGateway
  beforeAll(async () => {
    browser = await openBrowser()
    disk = await SmallDisk.make(64)
    gateway = await RunningGateway.build({ dataDir: disk.dataDir, limits: { storeRetryMs: 100 } })
    // The readings of this Pico cause the writes that fail on the full disk.
    await gateway.admit((await gateway.pico('roof')).id)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await gateway?.[Symbol.asyncDispose]()
    await disk?.[Symbol.asyncDispose]()
  })

  it.each(looks)('say so while it lasts, and what goes on: $language at $width px', async look => {
    const { page, context } = await visit(browser, look)
    onTestFinished(() => context.close())
    await signIn(context, gateway.owner)
    await page.goto(gateway.url)
    await page.getByRole('heading', { name: 'roof' }).waitFor()
    const notice = page.getByText(look.notice)
    expect(await notice.count()).toBe(0)
    disk.fail('darvaza.sqlite-wal')
    try {
      await notice.waitFor()
      expect(await cutsOf(page, ':root')).toEqual([])
      await shoot(page, `degraded-${look.language}-${look.scheme}-${look.width}`)
    } finally {
      disk.recover('darvaza.sqlite-wal')
    }
    await notice.waitFor({ state: 'detached' })
  })
})
