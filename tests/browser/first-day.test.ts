import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { type SpawnedGateway, spawnGateway, temporaryFolder } from '../support/gateway.ts'
import { testCard } from './running-gateway.ts'
import { inChromium, openBrowser, type Visitor, visit } from './support.ts'

/** A new user's first day with the product. The tests run in order, and each continues where the last one ended. */
describe('the first day of a house', { ...inChromium, timeout: 240_000 }, () => {
  let browser: Browser
  let dataDir: string
  let gateway: SpawnedGateway
  let visitor: Visitor
  let page: Page

  beforeAll(async () => {
    browser = await openBrowser()
    dataDir = await temporaryFolder()
    gateway = await spawnGateway({ dataDir })
    visitor = await visit(browser, { language: 'en', scheme: 'light', width: 1440 })
    page = visitor.page
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await gateway?.[Symbol.asyncDispose]()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('begins with the one-time link, which makes the owner and is dead afterwards', async () => {
    const link = readFileSync(join(dataDir, 'owner-link'), 'utf8').trim()
    const path = link.slice(link.indexOf('/setup#'))
    await page.goto(gateway.url)
    await page.getByText('Open the one-time link').waitFor()
    await page.goto(gateway.url + path)
    await page.reload()
    await page.getByLabel('Your name').fill('Mina')
    await page.getByLabel('Email').fill('mina@example.org')
    const word = page.locator('input[type="password"]')
    await word.fill('short')
    await page.getByText('Too short').waitFor()
    await word.fill('four words do well')
    await page.getByRole('button', { name: 'Make the account and enter' }).click()
    await page.getByRole('heading', { name: /Welcome/ }).waitFor()
    expect(page.url()).toBe(`${gateway.url}/`)
    expect(visitor.complaints).toEqual([])

    const stranger = await visit(browser, { language: 'en', scheme: 'light', width: 390 })
    await stranger.page.goto(gateway.url + path)
    await stranger.page.getByLabel('Your name').fill('Eve')
    await stranger.page.getByLabel('Email').fill('eve@example.org')
    await stranger.page.locator('input[type="password"]').fill('four words do well')
    await stranger.page.getByRole('button', { name: 'Make the account and enter' }).click()
    await stranger.page.getByRole('alert').waitFor()
    await stranger.context.close()
  })

  it('leads a newcomer by the hand: a token, and a program with this gateway’s address already in it', async () => {
    const token = (await page.getByRole('group', { name: 'Its token' }).textContent())!
    const program = page.getByRole('group', { name: 'Its program' })
    await expect.poll(() => program.textContent()).toContain(token)
    expect(await program.textContent()).toContain(gateway.wsUrl)
    for (const [language, sign] of [
      ['Arduino (ESP32-CAM)', '#include <ArduinoWebsockets.h>'],
      ['Python (any computer)', 'import asyncio'],
    ] as const) {
      await page.getByText(language).click()
      await expect.poll(() => program.textContent()).toContain(sign)
      expect(await program.textContent()).toContain(gateway.wsUrl)
    }
  })

  it('shows simulated boards after one click, marked as such, and removes them with another', async () => {
    await page.getByRole('button', { name: 'Start simulated boards' }).click()
    await page.locator('.tile .camera[data-seen="true"]').nth(1).waitFor()
    expect(await page.locator('.tile').count()).toBe(4)
    expect(await page.locator('.tile').getByText('Simulated', { exact: true }).count()).toBe(4)
    await page.getByRole('button', { name: 'Remove them' }).click()
    await page.getByRole('heading', { name: /Welcome/ }).waitFor()
    expect(await page.locator('.tile').count()).toBe(0)
  })

  it('survives that the gateway is killed: the page stays, marks it, and its pictures go on', async () => {
    const token = await gateway.mint('esp32cam')
    const first = await Board.connect(gateway, { kind: 'esp32cam', token, deviceId: 'porch' })
    await first.approve()
    const id = await first.id()
    await first.sendFrame(testCard(1))
    await page.goto(`${gateway.url}/devices/${id}`)
    await page.locator('.camera[data-seen="true"]').waitFor()
    await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }))
    gateway.kill('SIGKILL')
    await gateway.exited
    await page.getByText('Reconnecting').waitFor()
    expect(await page.getByRole('heading', { name: 'porch', level: 1 }).isVisible()).toBe(true)
    await page.locator('.stale').waitFor()

    gateway = await spawnGateway({ dataDir, args: ['--port', String(gateway.port)] })
    await using second = await Board.connect(gateway, { kind: 'esp32cam', token, deviceId: 'porch' })
    const stream = setInterval(() => void second.sendFrame(testCard(2)), 200)
    try {
      await page.getByText('Reconnecting').waitFor({ state: 'detached' })
      await page.locator('.stale').waitFor({ state: 'detached' })
      await expect.poll(() => page.locator('.picture-numbers dd').first().textContent()).toMatch(/^[\d,.]+ ms$/)
    } finally {
      clearInterval(stream)
    }
    expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true)
  })
})
