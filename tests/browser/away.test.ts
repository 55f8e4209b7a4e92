import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { walk } from './gallery.ts'
import { RunningGateway, signIn } from './running-gateway.ts'
import { inChromium, type Look, openBrowser, shoot, visit } from './support.ts'

const phone: Look = { language: 'fa', scheme: 'dark', width: 390 }

describe('a page whose way to the gateway is broken', { ...inChromium, timeout: 240_000 }, () => {
  let browser: Browser
  let gateway: RunningGateway
  beforeAll(async () => {
    browser = await openBrowser()
    gateway = await RunningGateway.build()
    await gateway.admit((await gateway.pico('roof')).id)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await gateway?.[Symbol.asyncDispose]()
  })

  async function open() {
    const visitor = await visit(browser, phone)
    onTestFinished(() => visitor.context.close())
    await signIn(visitor.context, gateway.owner)
    return visitor.page
  }

  it('says on every page that what one sees is past, until the line is back', async () => {
    const page = await open()
    let broken = false
    let cut = () => {}
    await page.routeWebSocket('**/ws/dashboard', socket => {
      if (broken) return void socket.close()
      socket.connectToServer()
      cut = () => void socket.close()
    })
    await page.goto(gateway.url)
    await page.getByRole('heading', { name: 'roof' }).waitFor()
    broken = true
    cut()
    const notice = page.getByText('ارتباط با دروازه قطع است')
    await notice.waitFor()
    await shoot(page, 'away-line')
    broken = false
    await notice.waitFor({ state: 'detached' })
  })

  it('says in the reader’s language that nothing answers, keeps what was asked, and does it when asked again', async () => {
    const page = await open()
    await page.goto(`${gateway.url}/settings/keys`)
    await page.getByRole('button', { name: 'کلید تازه' }).click()
    await page.route('**/api/keys', route => route.abort())
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('خانه')
    await dialog.getByRole('button', { name: 'کلید تازه' }).click()
    await page.locator('.toast', { hasText: 'دروازه پاسخ نمی‌دهد' }).waitFor()
    await page.locator('.toast').evaluate(toast => Promise.all(toast.getAnimations().map(one => one.finished)))
    await shoot(page, 'away-dialog')
    await page.unroute('**/api/keys')
    expect(await dialog.getByRole('textbox').inputValue()).toBe('خانه')
    await dialog.getByRole('button', { name: 'کلید تازه' }).click()
    await dialog.locator('.copyable').waitFor()
  })

  it('takes a proxy’s own page for no word of the gateway, and tries again when told to', async () => {
    const page = await open()
    await page.route('**/api/people', route => route.fulfill({ status: 502, body: '<h1>Bad Gateway</h1>' }))
    await page.goto(`${gateway.url}/settings/people`)
    await page.getByRole('alert').getByText('دروازه پاسخ نمی‌دهد').waitFor()
    await shoot(page, 'away-page')
    await page.unroute('**/api/people')
    await page.getByRole('button', { name: 'دوباره' }).click()
    await page.getByText('mina@example.org').waitFor()
  })

  it('is used as always by a browser that believes itself offline, as on the gateway’s own machine', async () => {
    const page = await open()
    await page.goto(gateway.url)
    await page.getByRole('heading', { name: 'roof' }).waitFor()
    await page.evaluate(() => dispatchEvent(new Event('offline')))
    await walk(page, '/settings/people')
    await page.getByText('mina@example.org').waitFor()
  })
})
