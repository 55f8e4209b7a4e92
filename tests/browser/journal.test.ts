import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Board } from '../support/board.ts'
import { links2004 } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'
import { RunningGateway, signIn } from './running-gateway.ts'
import { faultsOf, inChromium, type Look, openBrowser, shoot, visit } from './support.ts'

describe('a reader of the journal', { ...inChromium, timeout: 240_000 }, () => {
  let browser: Browser
  let gateway: RunningGateway

  beforeAll(async () => {
    browser = await openBrowser()
    gateway = await RunningGateway.build()
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await gateway?.[Symbol.asyncDispose]()
  })

  async function read(look: Partial<Look> = {}): Promise<Page> {
    const { context, page } = await visit(browser, { language: 'fa', scheme: 'light', width: 1440, ...look })
    onTestFinished(() => context.close())
    await signIn(context, gateway.owner)
    await page.goto(`${gateway.url}/journal`)
    await page.locator('.entry').first().waitFor()
    return page
  }
  const sentences = (page: Page) => page.locator('.entry-text summary').allTextContents()

  it('finds in Persian what stands there in Persian, while it goes on too, and saves exactly that', async () => {
    for (const name of ['bam-1', 'bam-2']) await gateway.ask('POST', '/api/devices', { kind: 'pico', name })
    const { id } = await gateway.pico('bam-3')
    const page = await read({ width: 390, scheme: 'dark' })
    const search = page.getByLabel('جست‌وجو در رویدادها')
    // The search text uses Arabic letters for Persian ones, and a space for a half-space (ZWNJ).
    await search.fill('دستگاه bam را ساخت')
    await expect.poll(() => page.locator('.entry').count()).toBe(2)
    expect((await sentences(page)).every(text => /دستگاه .*bam-[12].* را ساخت/.test(text))).toBe(true)
    await gateway.ask('POST', '/api/devices', { kind: 'pico', name: 'bam-4' })
    await expect.poll(() => page.locator('.entry').count()).toBe(3)
    await search.fill('bam-۳ پذيرفت')
    await page.getByText('هنوز رویدادی از این دست نیست.').waitFor()
    await gateway.admit(id)
    await expect.poll(() => page.locator('.entry').count()).toBe(1)
    // The sentence begins with a Latin name, but is Persian and must run from right to left.
    const sentence = page.locator('.entry-text summary span')
    expect(await sentence.evaluate(element => getComputedStyle(element).direction)).toBe('rtl')
    expect(await faultsOf(page)).toEqual([])
    await shoot(page, 'journal-search-fa-dark-390')

    await page.getByRole('button', { name: 'برون‌بری' }).click()
    const saved = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: /JSON/ }).click()
    const rows = readFileSync(await (await saved).path(), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    const shown = (await sentences(page)).map(text => text.replaceAll(/[\u2066-\u2069]/g, ''))
    expect(rows.map(({ sentence }) => sentence)).toEqual(shown)
    expect(rows[0]).toMatchObject({ kind: 'act', deviceId: id, text: expect.stringContaining('approved bam-3') })
  })

  it('reads an entry that just came in the words of a reload, diagnosis and remedy too, in the language of the page', async () => {
    const page = await read()
    // The browser prefers Persian, so the page is set to English for the first pass.
    let had = 0
    for (const language of ['en', 'fa'] as const) {
      await page.evaluate(chosen => localStorage.setItem('darvaza.language', chosen), language)
      await page.reload()
      await page.locator('.entry').first().waitFor()
      await using client = await RawClient.connect(gateway.server.port, { from: '127.0.80.1' })
      await client.write(links2004({ port: gateway.server.port }))
      await client.answer()
      await using camera = await Board.active(gateway.server, { kind: 'esp32cam' })
      camera.ws.send(Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1'))
      const diagnosed = page.locator('.entry:has(.remedy) .entry-text')
      await expect.poll(() => diagnosed.count(), { timeout: 60_000 }).toBe(had + 2)
      const texts = (await diagnosed.allTextContents()).slice(0, 2)
      expect(texts.every(text => /[آ-ی]/.test(text) === (language === 'fa'))).toBe(true)
      await page.reload()
      await page.locator('.entry').first().waitFor()
      expect((await diagnosed.allTextContents()).slice(0, 2)).toEqual(texts)
      had += 2
    }
  })
})
