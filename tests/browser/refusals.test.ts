import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Symptom } from '../../src/core/diagnosis/symptoms.ts'
import { handshakeCases } from '../diagnosis/handshakes.ts'
import { esp32cam, links2004 } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'
import { RunningGateway, signIn } from './running-gateway.ts'
import { faultsOf, inChromium, openBrowser, shoot, visit } from './support.ts'

const looks = [
  { language: 'en', scheme: 'light', width: 1440 },
  { language: 'en', scheme: 'dark', width: 390 },
  { language: 'fa', scheme: 'dark', width: 1440 },
  { language: 'fa', scheme: 'light', width: 390 },
] as const

/** Mistakes in the order in which the boards make them. The page lists the last one first. */
const mistakes: [Symptom, string][] = [
  ['proxy_dropped_upgrade', 'any'],
  ['token_cut', 'any'],
  ['no_token', 'uwebsockets'],
  ['no_token', 'links2004'],
]

describe('who was turned away', inChromium, () => {
  let browser: Browser
  let gateway: RunningGateway
  beforeAll(async () => {
    gateway = await RunningGateway.build({ limits: { refusalHoldMinMs: 10, refusalHoldMaxMs: 20 } })
    const { port } = gateway.server
    const tokens = { pico: await gateway.server.mint('pico'), cam: await gateway.server.mint('esp32cam') }
    const hand = { port, ...tokens, revoked: '', blocked: '', removed: '', apiKey: '' }
    const sendFrom = async (bytes: string | Buffer, from: string) => {
      await using client = await RawClient.connect(port, { from })
      await client.write(bytes)
      await client.answer()
    }
    await sendFrom(esp32cam({ token: tokens.cam, reconnects: 39 }), '127.0.20.9')
    for (const [index, [symptom, row]] of mistakes.entries()) {
      const { send } = handshakeCases.find(one => one.symptom === symptom && one.row === row)!
      for (let attempt = 0; attempt <= index; attempt++) await sendFrom(send(hand), `127.0.20.${index + 1}`)
    }
    browser = await openBrowser()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await gateway?.[Symbol.asyncDispose]()
  })

  it.each(looks)(
    'reads what went wrong and what to change, and copies it: $language, $scheme, $width px',
    async look => {
      const { context, page, complaints } = await visit(browser, look)
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      await signIn(context, gateway.owner)
      await page.goto(`${gateway.url}/gate`)
      const newest = page.locator('.refusals > li').first()
      await newest.waitFor()
      expect(await page.locator('.refusals > li').count()).toBe(mistakes.length + 1)
      const words = await newest.innerText()
      expect(words).toContain('links2004')
      expect(words).toMatch(look.language === 'fa' ? /۴ بار/ : /4 times/)
      expect(words).toMatch(look.language === 'fa' ? /پس از .begin\(\). صدا بزنید/ : /after begin\(\), not before it/)
      await newest.locator('button').click()
      const copied = await page.evaluate(() => navigator.clipboard.readText())
      expect(copied).toContain(`webSocket.begin("127.0.0.1", ${gateway.server.port}, "/ws/pico");`)
      await newest.scrollIntoViewIfNeeded()
      await page.waitForFunction(() => !document.querySelector('.waiting'))
      expect(await faultsOf(page)).toEqual([])
      await newest.evaluate(element => element.scrollIntoView({ block: 'start' }))
      await shoot(page, `refusals-${look.language}-${look.scheme}-${look.width}`)
      expect(complaints).toEqual([])
      await context.close()
    },
    60_000,
  )

  it('comes to the open page the moment it happens', async () => {
    const { context, page } = await visit(browser, looks[0])
    onTestFinished(() => context.close())
    await signIn(context, gateway.owner)
    await page.goto(`${gateway.url}/gate`)
    const all = page.locator('.refusals > li')
    await all.first().waitFor()
    const before = await all.count()
    await using client = await RawClient.connect(gateway.server.port, { from: '127.0.20.77' })
    await client.write(links2004({ port: gateway.server.port }))
    await client.answer()
    await expect.poll(() => all.count()).toBe(before + 1)
    expect(await all.first().innerText()).toContain('127.0.20.77')
  })
})
