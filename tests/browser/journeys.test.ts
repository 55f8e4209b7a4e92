import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type StandIn, startStandIn } from './stand-in.ts'
import { chromiumIsHere, openBrowser, type Visitor, visit } from './support.ts'

describe.skipIf(!chromiumIsHere)('a person at the dashboard', () => {
  let browser: Browser
  let gateway: StandIn
  let visitor: Visitor
  let page: Page

  beforeAll(async () => {
    browser = await openBrowser()
  }, 120_000)
  afterAll(() => browser?.close())

  beforeEach(async () => {
    gateway = await startStandIn()
    visitor = await visit(browser, { language: 'en', scheme: 'light', width: 1440 })
    page = visitor.page
    await visitor.context.addCookies([{ name: 'session', value: '1', url: gateway.url }])
    return async () => {
      await visitor.context.close()
      await gateway[Symbol.asyncDispose]()
    }
  })

  it('signs in and is led to the page that was asked for', async () => {
    await visitor.context.clearCookies()
    await page.goto(`${gateway.url}/journal`)
    await page.getByLabel('Email').fill('parisa@example.org')
    await page.locator('input[type="password"]').fill('four words do well')
    await page.getByRole('button', { name: 'Enter' }).click()
    await page.getByRole('heading', { name: 'Journal', level: 1 }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/journal')
  })

  it('is led by the hand when there is no device yet', async () => {
    gateway.devices.splice(0)
    await page.goto(gateway.url)
    await page.getByRole('heading', { name: /Welcome/ }).waitFor()
    const token = (await page.getByRole('group', { name: 'Its token' }).textContent())!
    const program = page.getByRole('group', { name: 'Its program' })
    await expect.poll(() => program.textContent()).toContain(token)
    expect(await program.textContent()).toContain(gateway.url.replace('http', 'ws'))
    await page.getByText('Python (any computer)').click()
    await expect.poll(() => program.textContent()).toContain('import asyncio')
    await page.getByRole('button', { name: 'Start simulated boards' }).waitFor()
  })

  it('approves a board and sees it live without a reload', async () => {
    await page.goto(`${gateway.url}/gate`)
    await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }))
    await page.getByRole('button', { name: 'Approve' }).first().click()
    await page.waitForURL('**/devices/d_new1')
    await page.locator('.camera[data-seen="true"] canvas').waitFor()
    expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true)
  })

  it('steers by dragging, by keys and by slider, and sees how fast the board answered', async () => {
    await page.goto(`${gateway.url}/devices/d_pan`)
    await page.locator('.camera[data-seen="true"]').waitFor()
    const pad = page.getByRole('application')
    const box = (await pad.boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.75, box.y + box.height * 0.25, { steps: 5 })
    await page.mouse.up()
    await page.getByText('You steer.').waitFor()
    await expect
      .poll(() => gateway.devices.find(({ id }) => id === 'd_pan')!.angles)
      .toEqual({ servo1: 125, servo2: 125 })
    await page.getByText('84 ms', { exact: true }).waitFor()
    await pad.press('ArrowLeft')
    await expect.poll(() => gateway.devices.find(({ id }) => id === 'd_pan')!.angles!.servo1).toBe(120)
    await page.getByRole('button', { name: 'Centre' }).click()
    await expect
      .poll(() => gateway.devices.find(({ id }) => id === 'd_pan')!.angles)
      .toEqual({ servo1: 90, servo2: 90 })
  })

  it('cannot steer while somebody else does, and an owner can take over', async () => {
    await page.goto(`${gateway.url}/devices/d_pan`)
    await page.locator('.camera[data-seen="true"]').waitFor()
    gateway.otherHolder = 'Arash'
    await page.getByText('Arash steers.').waitFor()
    expect(await page.getByRole('application').getAttribute('aria-disabled')).toBe('true')
    await page.getByRole('button', { name: 'Take over' }).click()
    await page.getByText('You steer.').waitFor()
  })

  it('sees on the picture that it is stale, and is asked before steering by it', async () => {
    await page.goto(`${gateway.url}/devices/d_pan`)
    await page.locator('.camera[data-seen="true"]').waitFor()
    gateway.devices.find(({ id }) => id === 'd_roof')!.frozen = true
    await page.locator('.stale').waitFor()
    await page.getByRole('button', { name: 'Centre' }).click()
    await page.getByRole('dialog').getByText('You do not see what is there now').waitFor()
    expect(gateway.devices.find(({ id }) => id === 'd_pan')!.angles).toEqual({ servo1: 72, servo2: 118 })
    await page.getByRole('button', { name: 'Steer all the same' }).click()
    await expect
      .poll(() => gateway.devices.find(({ id }) => id === 'd_pan')!.angles)
      .toEqual({ servo1: 90, servo2: 90 })
  })

  it('keeps the page while the line breaks, and pictures go on by themselves', async () => {
    await page.goto(`${gateway.url}/devices/d_roof`)
    const age = page.locator('.picture-numbers dd').first()
    await page.locator('.camera[data-seen="true"]').waitFor()
    gateway.cutLines()
    await page
      .locator('.stale')
      .waitFor({ timeout: 5_000 })
      .catch(() => {})
    await page.locator('.stale').waitFor({ state: 'detached', timeout: 10_000 })
    await expect.poll(() => age.textContent()).toMatch(/^\d+ ms$/)
    expect(visitor.complaints).toEqual([])
  })

  it('asks for no picture while the page is hidden', async () => {
    await page.goto(`${gateway.url}/devices/d_roof`)
    await page.locator('.camera[data-seen="true"]').waitFor()
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await expect.poll(() => gateway.watched()).toBe(0)
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => false })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await expect.poll(() => gateway.watched()).toBe(1)
  })

  it('saves the journal as CSV and as JSON lines', async () => {
    await page.goto(`${gateway.url}/journal`)
    for (const [form, ending] of [
      ['CSV, for spreadsheets', 'csv'],
      ['JSON lines, for programs', 'jsonl'],
    ] as const) {
      await page.getByRole('button', { name: 'Export' }).click()
      const saved = page.waitForEvent('download')
      await page.getByRole('menuitem', { name: form }).click()
      const download = await saved
      expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${ending}$`))
      const lines = readFileSync(await download.path(), 'utf8')
        .trim()
        .split(/\r?\n/)
      expect(lines).toHaveLength(ending === 'csv' ? 61 : 60)
    }
  })

  it('says plainly what blocking does, blocks, and undoes it', async () => {
    await page.goto(`${gateway.url}/devices/d_pan`)
    await page.getByRole('button', { name: 'Block', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/cut off within a second/).waitFor()
    await dialog.getByRole('button', { name: 'Block', exact: true }).click()
    await page.getByText('This board is blocked').waitFor()
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await page.getByText('This board is blocked').waitFor({ state: 'detached' })
  })

  it('changes the language and the colours without a reload, and they stay', async () => {
    await page.goto(`${gateway.url}/settings/appearance`)
    await page.getByText('فارسی').click()
    await page.getByRole('heading', { name: 'تنظیمات' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.dir)).toBe('rtl')
    await page.getByText('تیره', { exact: true }).click()
    await page.reload()
    await page.getByRole('heading', { name: 'تنظیمات' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.dataset.mantineColorScheme)).toBe('dark')
  })
})
