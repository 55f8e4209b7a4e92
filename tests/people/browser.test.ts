import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDashboard } from '../../scripts/build-dashboard.ts'
import { Board } from '../support/board.ts'
import { chromiumPath } from '../support/chromium-path.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { onlyIf } from '../support/only-if.ts'
import { firstOwner, guest, type PersonClient } from './person-client.ts'

/* Only a real browser can test these: passkeys, limits of plain http, and that texts of boards never run as scripts. */

const patience = { timeout: 120_000 }

describe('in a browser', onlyIf(chromiumPath !== undefined, 'chromium is not installed'), () => {
  let browser: Browser
  let gateway: TestGateway
  let owner: PersonClient
  beforeAll(async () => {
    await buildDashboard(() => {})
    browser = await chromium.launch({
      executablePath: chromiumPath!,
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-background-networking',
        // A home-network name: over plain http the browser is strict with it, unlike with localhost.
        '--host-resolver-rules=MAP gate.home.arpa 127.0.0.1',
      ],
    })
    gateway = await startGateway({ limits: { guessBurst: 1_000, entryBurst: 1_000 } })
    owner = await firstOwner(gateway)
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await gateway?.[Symbol.asyncDispose]()
  })

  /** Opens a page of the gateway under a host name, signed in as `client` if given. Collects the page's errors. */
  async function open(
    host: string,
    client?: PersonClient,
  ): Promise<{ context: BrowserContext; page: Page; complaints: string[]; url: string }> {
    const url = `http://${host}:${gateway.port}`
    const context = await browser.newContext({ locale: 'en-GB' })
    const cookies = [...(client?.cookies ?? [])].map(([name, value]) => ({ name, value, url }))
    if (cookies.length > 0) await context.addCookies(cookies)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(error.message))
    return { context, page, complaints, url }
  }

  it('makes a passkey on localhost, comes in by it without a password, and not any more once it is removed', async () => {
    const client = await guest(owner, 'viewer')
    const { context, page, complaints, url } = await open('localhost', client)
    const devtools = await context.newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await page.goto(`${url}/settings/account`)
    await page.getByRole('button', { name: 'Add a passkey' }).click(patience)
    await page.getByText('You have no passkey yet.').waitFor({ state: 'hidden', ...patience })

    await context.clearCookies()
    await page.goto(`${url}/sign-in`)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click(patience)
    await page.waitForURL(`${url}/`, patience)
    const { person } = await (await page.request.get(`${url}/api/me`)).json()
    expect(person.id).toBe(client.id)
    expect(complaints).toEqual([])

    await page.goto(`${url}/settings/account`)
    await page.getByRole('button', { name: 'Remove' }).click(patience)
    await page.getByRole('dialog').getByText('does not open this door any more').waitFor(patience)
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('You have no passkey yet.').waitFor(patience)
    await context.clearCookies()
    await page.goto(`${url}/sign-in`)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click(patience)
    await page.getByRole('alert').waitFor(patience)
    expect((await page.request.get(`${url}/api/devices`)).status()).toBe(401)
    await context.close()
  }, 300_000)

  it('says over plain http why there are no passkeys, and the password does it', async () => {
    const client = await guest(owner, 'viewer')
    const { context, page, complaints, url } = await open('gate.home.arpa')
    await page.goto(`${url}/sign-in`)
    await page.getByText(/passkeys/i).waitFor(patience)
    expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).count()).toBe(0)
    await page.getByLabel('Email').fill(client.email)
    await page.getByRole('textbox', { name: /^Password/ }).fill('correct horse battery staple')
    await page.getByRole('button', { name: 'Enter', exact: true }).click()
    await page.waitForURL(`${url}/`, patience)
    await page.goto(`${url}/settings/account`)
    await page
      .getByText(/passkeys/i)
      .last()
      .waitFor(patience)
    expect(await page.getByRole('button', { name: 'Add a passkey' }).count()).toBe(0)
    expect(complaints).toEqual([])
    await context.close()
  }, 300_000)

  it('runs nothing of what boards, people and labels say, on any page', async () => {
    const poison = '<img src=x onerror="globalThis.xss=1"><script>globalThis.xss=1</script>'
    await using board = await Board.connect(gateway, {
      kind: 'esp32cam',
      deviceId: poison,
      headers: { 'x-device-version': poison, 'user-agent': poison },
    })
    await board.next('connection_ack')
    board.send({ type: 'log', message: poison, level: poison })
    await board.settled()
    const { body } = await owner.ask('GET', '/api/devices?state=pending')
    const { id } = body.devices.at(-1)
    await owner.ask('PATCH', `/api/devices/${id}`, { tags: ['<b>tag</b>', 'javascript:alert(1)'] })
    await owner.ask('POST', '/api/people', { name: poison.slice(0, 80), email: 'x@example.org', role: 'viewer' })
    await owner.ask('POST', '/api/keys', { role: 'viewer', label: poison.slice(0, 64) })
    const { context, page, complaints, url } = await open('localhost', owner)
    const paths = ['/gate', '/', `/devices/${id}`, '/journal', '/settings/people', '/settings/keys', '/settings/about']
    for (const path of [
      ...paths,
      `/devices/${encodeURIComponent(poison)}`,
      `/sign-in?to=${encodeURIComponent('javascript:globalThis.xss=1')}`,
    ]) {
      await page.goto(url + path)
      await page.locator('main h1, main h2').first().waitFor(patience)
      if (path === '/gate') {
        await page.getByText('onerror').first().waitFor(patience)
        await owner.ask('POST', `/api/devices/${id}/approve`, {})
      }
      expect([path, await page.evaluate('globalThis.xss')]).toEqual([path, undefined])
      expect([path, await page.locator('img[src="x"], main script, main b').count()]).toEqual([path, 0])
    }
    // The page asks for a device that does not exist; the 404 for it is expected.
    expect(complaints.filter(text => !text.includes('404'))).toEqual([])
    await context.close()
  }, 180_000)
})
