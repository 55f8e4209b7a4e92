import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { guest, type PersonClient as Person, password, totp } from '../people/person-client.ts'
import { RunningGateway, signIn, testCard } from './running-gateway.ts'
import { faultsOf, inChromium, type Look, openBrowser, shoot, type Visitor, visit } from './support.ts'

const desktop: Look = { language: 'en', scheme: 'light', width: 1440 }

describe('a person at the dashboard', { ...inChromium, timeout: 240_000 }, () => {
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

  /** Opens a path in a new browser context, signed in as `who`. Default: the owner; null signs in no person. */
  async function open(path: string, who: Person | null = gateway.owner, look: Look = desktop): Promise<Visitor> {
    const visitor = await visit(browser, look)
    onTestFinished(() => visitor.context.close())
    if (who) await signIn(visitor.context, who)
    await visitor.page.goto(gateway.url + path)
    return visitor
  }
  const anglesOf = async (id: string) => (await gateway.ask('GET', `/api/devices/${id}`)).device.angles
  const picture = (page: Page) => page.locator('.camera[data-seen="true"] canvas').waitFor()
  const person = (role: 'viewer' | 'operator', grants?: string[]) => guest(gateway.owner, role, grants)

  async function cockpit(tag: string) {
    const parts = await gateway.cockpit(tag)
    onTestFinished(parts.freeze)
    return parts
  }

  it('signs in and is led to the page that was asked for', async () => {
    const { page } = await open('/journal', null)
    await page.getByLabel('Email').fill(gateway.owner.email)
    await page.locator('input[type="password"]').fill(password)
    await page.getByRole('button', { name: 'Enter' }).click()
    await page.getByRole('heading', { name: 'Journal', level: 1 }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/journal')
  })

  it('turns the second factor on, signs out, and comes in again with its code only', async () => {
    const who = await person('viewer')
    const { page } = await open('/settings/account', who)
    const card = page.locator('.card', { hasText: 'Second factor' })
    await card.getByRole('button', { name: 'Turn on' }).click()
    await card.getByLabel('Your password').fill(password)
    await card.getByRole('button', { name: 'Next' }).click()
    const secret = (await card.getByRole('group', { name: 'Secret' }).textContent())!.trim()
    const code = () => totp(`otpauth://totp/x?secret=${secret}`)
    await card.getByRole('textbox', { name: 'Code' }).fill(code())
    await card.getByRole('button', { name: 'Turn on' }).click()
    await card.getByText('On', { exact: true }).waitFor()

    await page.getByRole('button', { name: /viewer/i }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByLabel('Email').fill(who.email)
    await page.locator('input[type="password"]').fill(password)
    await page.getByRole('button', { name: 'Enter' }).click()
    await page.getByRole('heading', { name: 'Second factor' }).waitFor()
    await page.getByLabel('Code').fill('000000')
    await page.getByRole('button', { name: 'Enter' }).click()
    await page.getByText('This code does not fit').waitFor()
    await page.getByLabel('Code').fill(code())
    await page.getByRole('button', { name: 'Enter' }).click()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  })

  it('invites a viewer for one camera, who finds nothing of another: not its page, name, pictures or past', async () => {
    const shared = await gateway.stillCamera({ name: 'shared-camera' })
    const secret = await gateway.stillCamera({ name: 'secret-camera' })
    for (const { board } of [shared, secret]) await board.sendFrame(testCard())

    const { page } = await open('/settings/people')
    await page.getByRole('button', { name: 'Invite someone' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Their name').fill('Arash')
    await dialog.getByLabel('Email').fill('arash@example.org')
    await dialog.getByLabel('All devices').uncheck()
    await dialog.getByLabel('shared-camera').check()
    await dialog.getByRole('button', { name: 'Make the invitation' }).click()
    const link = (await dialog.getByRole('group', { name: 'Invitation link' }).textContent())!.trim()

    const theirs = (await open(link.slice(gateway.url.length), null)).page
    await theirs.getByLabel('Your name').fill('Arash')
    await theirs.locator('input[type="password"]').fill(password)
    await theirs.getByRole('button', { name: 'Accept and enter' }).click()
    await theirs.getByRole('heading', { name: 'shared-camera' }).waitFor()
    await picture(theirs)
    expect(await theirs.locator('.tile').count()).toBe(1)
    expect(await theirs.content()).not.toContain('secret-camera')

    for (const at of [secret.id, 'secret-camera']) {
      await theirs.goto(`${gateway.url}/devices/${at}`)
      await theirs.getByRole('alert').getByText('There is no such device').waitFor()
    }
    const statuses = await theirs.evaluate(
      async id =>
        Promise.all(
          ['', '/snapshot.jpg', '/stream.mjpeg', '/preview.jpg', '/telemetry'].map(async part => {
            const { status } = await fetch(`/api/devices/${id}${part}`)
            return status
          }),
        ),
      secret.id,
    )
    expect(statuses).toEqual([404, 404, 404, 404, 404])
    const journal = await theirs.evaluate(async id => (await fetch(`/api/journal?device=${id}`)).text(), secret.id)
    expect(journal).not.toContain('secret-camera')
    const result = await theirs.evaluate(
      ({ id, own }) =>
        new Promise<{ text: string; pictures: number; watched: boolean }>(resolve => {
          let text = ''
          let pictures = 0
          const view = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/view/${id}`)
          const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/dashboard`)
          let watched = false
          view.onopen = () => (watched = true)
          socket.onopen = () => {
            const cameras = [id, own].map(device => ({ device, rate: 'full' }))
            socket.send(JSON.stringify({ type: 'watch', cameras }))
          }
          socket.onmessage = ({ data }) => {
            if (typeof data === 'string') text += data
            else if (++pictures === 1) setTimeout(() => resolve({ text, pictures, watched }), 300)
          }
        }),
      { id: secret.id, own: shared.id },
    )
    expect(result).toMatchObject({ pictures: 1, watched: false })
    expect(result.text).toContain(shared.id)
    expect(result.text).not.toContain(secret.id)
  })

  it('approves a board, by another name, and sees its first picture without a reload', async () => {
    const { id } = await gateway.camera('24:6F:28:AE:51:0C')
    const { page } = await open('/gate')
    const card = page.locator('.newcomer', { hasText: '24:6F:28:AE:51:0C' })
    await card.locator('.preview img').waitFor()
    await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }))
    await card.getByLabel('Name it').fill('porch')
    await card.getByRole('button', { name: 'Approve' }).click()
    await page.waitForURL(`**/devices/${id}`)
    await picture(page)
    await page.getByRole('heading', { name: 'porch', level: 1 }).waitFor()
    expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true)
  })

  it('cannot approve or block a board that changed while it was being looked at', async () => {
    const { id } = await gateway.pico('shifty')
    const { page } = await open('/gate')
    const card = page.locator('.newcomer', { hasText: 'shifty' })
    const seen: string[] = []
    // The request names another connection than the page showed, as if the board had reconnected in between.
    for (const act of ['approve', 'block'])
      await page.route(`**/api/devices/${id}/${act}`, async route => {
        const body = route.request().postDataJSON()
        seen.push(body.seenConnectionId)
        await route.continue({ postData: JSON.stringify({ ...body, seenConnectionId: 'c_of-another-address' }) })
      })
    await card.getByRole('button', { name: 'Block' }).click()
    await card.getByText('The board at the other end changed').waitFor()
    await card.getByRole('button', { name: 'Approve what I see now' }).click()
    await expect.poll(() => seen.length).toBe(2)
    const { device } = await gateway.ask('GET', `/api/devices/${id}`)
    expect(seen).toEqual([device.connectionId, device.connectionId])
    expect(device.state).toBe('pending')
  })

  it('opens the pairing window, sees it count down, and a board come in by itself', async () => {
    const { page } = await open('/gate')
    await page.getByLabel('Pairing window').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Open the window' }).click()
    const timer = page.getByRole('timer').first()
    await expect.poll(() => timer.textContent()).toMatch(/^0[45]:\d\d$/)
    await gateway.pico('paired')
    await page.getByText('1 of 1 in').waitFor()
    await page.getByLabel('With your click').click()
    await timer.waitFor({ state: 'detached' })
  })

  it('steers by dragging, keys and slider, and sees how fast the board answered', async () => {
    const { pico } = await cockpit('steered')
    const { page, complaints } = await open(`/devices/${pico.id}`)
    await picture(page)
    const pad = page.getByRole('application')
    const box = (await pad.boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.75, box.y + box.height * 0.25, { steps: 5 })
    await page.mouse.up()
    await page.getByText('You steer.').waitFor()
    await expect.poll(() => anglesOf(pico.id), { timeout: 60_000 }).toEqual({ servo1: 125, servo2: 125 })
    await expect.poll(() => page.locator('.picture-numbers dd').nth(2).textContent()).toMatch(/^[\d,.]+ ms$/)
    await pad.press('ArrowLeft')
    await expect.poll(async () => (await anglesOf(pico.id)).servo1, { timeout: 60_000 }).toBe(120)
    await page.getByRole('slider', { name: 'Servo 2' }).fill('100')
    await expect.poll(async () => (await anglesOf(pico.id)).servo2, { timeout: 60_000 }).toBe(100)
    await page.getByRole('button', { name: 'Keep this view' }).click()
    await page.getByPlaceholder('Name of the view').fill('the door')
    await page.getByRole('button', { name: 'Save', exact: true }).first().click()
    await page.getByRole('button', { name: 'Centre' }).click()
    await expect.poll(() => anglesOf(pico.id), { timeout: 60_000 }).toEqual({ servo1: 90, servo2: 90 })
    await page.getByRole('button', { name: 'the door', exact: true }).click()
    await expect.poll(() => anglesOf(pico.id), { timeout: 60_000 }).toEqual({ servo1: 120, servo2: 100 })
    expect(complaints).toEqual([])
  })

  it('asks for the lease and is given it, and the owner takes it over', async () => {
    const { pico } = await cockpit('common')
    const [sara, omid] = [await person('operator'), await person('operator')]
    const first = (await open(`/devices/${pico.id}`, sara)).page
    const second = (await open(`/devices/${pico.id}`, omid)).page
    const third = (await open(`/devices/${pico.id}`)).page
    for (const page of [first, second, third]) await picture(page)
    const pad = (page: Page) => page.getByRole('application')
    // The key stays pressed, like a finger on the pad, so that the lease does not expire meanwhile.
    const hold = async (page: Page) => {
      await pad(page).focus()
      await page.keyboard.down('ArrowLeft')
    }
    await hold(first)
    await first.getByText('You steer.').waitFor()
    await second.getByText('operator steers.').waitFor()
    expect(await pad(second).getAttribute('aria-disabled')).toBe('true')
    expect(await second.getByRole('button', { name: 'Take over' }).count()).toBe(0)
    await second.getByRole('button', { name: 'Ask to steer' }).click()
    await second.getByText('operator steers, and has been asked.').waitFor()
    await first.getByText('operator would like to steer.').waitFor()
    await first.getByRole('button', { name: 'Not now' }).click()
    await second.getByText('operator keeps on steering for now.').waitFor()
    await hold(first)
    await second.getByRole('button', { name: 'Ask to steer' }).click()
    await first.getByRole('button', { name: 'Hand over' }).click()
    await second.getByText('You steer.').waitFor()
    await hold(second)
    await first.getByText('operator steers.').waitFor()
    await third.getByRole('button', { name: 'Take over' }).click()
    await third.getByText('You steer.').waitFor()
    await hold(third)
    await second.getByText('Mina steers.').waitFor()
    await third.getByRole('button', { name: 'Let go' }).click()
    await second.getByText('Nobody steers.').waitFor()
  })

  it('sees on the picture that it is stale, and is asked before steering by it', async () => {
    const { pico, camera, freeze } = await cockpit('frozen')
    const { page } = await open(`/devices/${pico.id}`)
    await picture(page)
    expect(await page.locator('.stale').count()).toBe(0)
    freeze()
    await page.locator('.stale').getByText('Picture is').waitFor()
    const before = await anglesOf(pico.id)
    await page.getByRole('button', { name: 'Centre' }).click()
    await page.getByRole('dialog').getByText('You do not see what is there now').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('slider', { name: 'Servo 1' }).fill('60')
    await page.getByRole('dialog').getByText('You do not see what is there now').waitFor()
    expect(await anglesOf(pico.id)).toEqual(before)
    await page.getByRole('button', { name: 'Steer all the same' }).click()
    await expect.poll(async () => (await anglesOf(pico.id))?.servo1, { timeout: 60_000 }).toBe(60)
    await camera.board.sendFrame(testCard(99))
    await page.locator('.stale').waitFor({ state: 'detached' })
  })

  it('asks for no picture while the page is hidden', async () => {
    const { camera } = await cockpit('hidden')
    const viewers = async () => (await camera.board.device()).viewers
    const { page } = await open(`/devices/${camera.id}`)
    await picture(page)
    const hide = (hidden: boolean) =>
      page.evaluate(to => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => to })
        document.dispatchEvent(new Event('visibilitychange'))
      }, hidden)
    await hide(true)
    await expect.poll(viewers).toBe(0)
    await hide(false)
    await expect.poll(viewers).toBe(1)
  })

  it('searches the journal while it goes on, and saves it as CSV and as JSON lines', async () => {
    const { id } = await gateway.pico('journalled')
    const { page } = await open('/journal')
    await page.getByText('connected through /ws/pico').first().waitFor()
    await page.getByLabel('Search the journal').fill('approved journalled')
    await page.getByText('Nothing happened yet that fits.').waitFor()
    await gateway.admit(id)
    await page.getByText('approved journalled').waitFor()
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
      expect(lines).toHaveLength(ending === 'csv' ? 2 : 1)
      expect(lines.at(-1)).toContain('approved journalled')
    }
  })

  it('makes an API key for somebody, says what ends it, and lets it end with them', async () => {
    const sara = await person('viewer')
    const { page } = await open('/settings/keys', gateway.owner, { ...desktop, language: 'fa', width: 390 })
    await page.getByRole('button', { name: 'کلید تازه' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('هر کس هم که از خانه برود').waitFor()
    await dialog.getByLabel('برای چیست؟').fill('تلویزیون')
    await dialog.getByLabel('کلید مال کیست؟').selectOption(sara.id)
    await dialog.getByText('وقتی او را بردارید پایان می‌یابد').waitFor()
    await shoot(page, 'new-key-fa-390')
    await dialog.getByRole('button', { name: 'کلید تازه' }).click()
    const secret = (await dialog.getByRole('group', { name: 'کلید' }).textContent())!.trim()
    await dialog.getByRole('button', { name: 'نگهش داشتم' }).click()
    await page.locator('.rows li', { hasText: 'تلویزیون' }).getByText('مال viewer').waitFor()
    expect(await faultsOf(page)).toEqual([])
    await shoot(page, 'keys-fa-390')
    const status = async () => (await gateway.server.api('GET', '/api/devices', undefined, { key: secret })).status
    expect(await status()).toBe(200)
    await gateway.ask('DELETE', `/api/people/${sara.id}`)
    expect(await status()).toBe(401)
  })

  it('says plainly what blocking, revoking and removing do, does them, and undoes them', async () => {
    const { id } = await gateway.pico('cared-for')
    await gateway.admit(id)
    const { page } = await open(`/devices/${id}`)
    for (const [act, consequence, sign] of [
      ['Block', /cut off within a second/, 'This board is blocked'],
      ['Revoke token', /cannot come back with this token/, 'Its token is revoked'],
    ] as const) {
      await page.getByRole('button', { name: act, exact: true }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText(consequence).waitFor()
      await dialog.getByRole('button', { name: act, exact: true }).click()
      await page.getByText(sign).waitFor()
      await page.getByRole('button', { name: 'Undo', exact: true }).click()
      await page.getByText(sign).waitFor({ state: 'detached' })
    }
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    await page.getByRole('heading', { name: 'cared-for' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await page.getByRole('heading', { name: 'cared-for' }).waitFor()
  })

  it('finds a removed board again, and lets it in', async () => {
    const { id } = await gateway.pico('regretted')
    await gateway.admit(id)
    await gateway.ask('DELETE', `/api/devices/${id}`)
    const { page } = await open('/settings/enrolment')
    const row = page.locator('.rows li', { hasText: 'regretted' })
    await row.getByRole('button', { name: 'Let it in again' }).click()
    await row.waitFor({ state: 'detached' })
    await expect.poll(async () => (await gateway.ask('GET', `/api/devices/${id}`)).device.state).toBe('active')
  })

  it('works on a plain address as at home: copying finds another way, passkeys say why not', async () => {
    const { pico } = await cockpit('plain')
    const { page, complaints } = await open('/', null)
    const home = gateway.url.replace('127.0.0.1', 'house.test')
    await page.goto(`${home}/devices/${pico.id}`)
    expect(await page.evaluate(() => isSecureContext)).toBe(false)
    await page.getByText('Passkeys work only over https').waitFor()
    await page.getByLabel('Email').fill(gateway.owner.email)
    await page.locator('input[type="password"]').fill(password)
    await page.getByRole('button', { name: 'Enter' }).click()
    await picture(page)
    await page.getByText('Or plug in a gamepad').waitFor()
    await page.getByRole('button', { name: 'Centre' }).click()
    await page.getByText('You steer.').waitFor()
    await page.goto(home)
    await page.getByRole('button', { name: 'Connect a board' }).click()
    expect(await page.getByRole('group', { name: 'Its program' }).textContent()).toContain('ws://house.test')
    await page.getByRole('button', { name: 'Copy: Its token' }).click()
    await page.getByText('Copied', { exact: true }).waitFor()
    expect(complaints).toEqual([])
  })

  it('reads the journal in Persian: its sentences, Jalali dates with the Gregorian beside, Persian digits', async () => {
    const { id } = await gateway.pico('read-in-persian')
    await gateway.admit(id)
    const { page } = await open('/journal', gateway.owner, { ...desktop, language: 'fa' })
    await page.locator('.entry', { hasText: 'read-in-persian' }).first().waitFor()
    const sentences = await page.locator('.entry-text summary').allTextContents()
    expect(sentences.filter(text => !/[آ-ی]/.test(text))).toEqual([])
    const [jalali, gregorian] = await page.locator('.entry time').first().locator('span, small').allTextContents()
    expect(jalali).toMatch(/^[۰-۹]{1,2} [آ-ی]+،? [۰-۹]{2}:[۰-۹]{2}:[۰-۹]{2}$/)
    expect(gregorian).toBe(new Date().toLocaleDateString('sv-SE'))
  })

  it('changes the language and the colours without a reload, and they stay', async () => {
    const { page } = await open('/settings/appearance')
    await page.getByText('فارسی').click()
    await page.getByRole('heading', { name: 'تنظیمات' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.dir)).toBe('rtl')
    await page.getByText('تیره', { exact: true }).click()
    await page.reload()
    await page.getByRole('heading', { name: 'تنظیمات' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.dataset.mantineColorScheme)).toBe('dark')
  })
})
