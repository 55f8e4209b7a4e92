import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { guest, type PersonClient as Person } from '../people/person-client.ts'
import { walk } from './gallery.ts'
import { giveGamepad, Hand } from './hardware.ts'
import { RunningGateway, signIn } from './running-gateway.ts'
import { faultsOf, inChromium, type Look, openBrowser, shoot, type Visitor, visit } from './support.ts'

const desktop: Look = { language: 'en', scheme: 'light', width: 1440 }

describe('a cockpit', { ...inChromium, timeout: 240_000 }, () => {
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

  async function cockpit(tag: string) {
    const parts = await gateway.cockpit(tag)
    onTestFinished(parts.freeze)
    return parts
  }
  /** Opens a device's page as `who`. `prepare` sets up the browser before the page loads. */
  async function sit(id: string, prepare: Prepare = giveGamepad, who: Person = gateway.owner, look: Look = desktop) {
    const visitor = await visit(browser, look)
    onTestFinished(() => visitor.context.close())
    await prepare(visitor.context)
    await signIn(visitor.context, who)
    await visitor.page.goto(`${gateway.url}/devices/${id}`)
    await visitor.page.locator('.camera[data-seen="true"]').waitFor()
    return { ...visitor, hand: new Hand(visitor.page) }
  }
  const anglesOf = async (id: string) => (await gateway.ask('GET', `/api/devices/${id}`)).device.angles

  describe('with a gamepad', () => {
    it('follows its stick at a bounded rate, and is still where the stick rests or can go no further', async () => {
      const { pico } = await cockpit('stick')
      const { page, hand, complaints } = await sit(pico.id)
      await page.getByText('plug in a gamepad').waitFor()
      await hand.plug()
      await page.getByText('A gamepad is connected').waitFor()
      await hand.push(0.14, -0.12)
      expect(await hand.orders()).toEqual([])

      await hand.push(1, 0, 1)
      await page.getByText('You steer.').waitFor()
      await expect.poll(async () => (await anglesOf(pico.id))?.servo1, { timeout: 60_000 }).toBe(160)
      const orders = await hand.orders()
      const gaps = orders.slice(1).map(({ at }, index) => at - orders[index]!.at)
      expect(gaps.length).toBeGreaterThan(2)
      expect(Math.min(...gaps)).toBeGreaterThan(130)
      expect(new Set(orders.map(({ servo2 }) => servo2))).toEqual(new Set([90]))
      await hand.push(1, 0)
      expect(await hand.orders()).toEqual([])

      // The servo moves back at once, however long the stick was held beyond the end of the range.
      await hand.push(-0.5, -0.5)
      await expect.poll(async () => (await anglesOf(pico.id)).servo1, { timeout: 60_000 }).toBeLessThan(160)
      await hand.push(0, 0)
      expect((await hand.orders()).at(-1)!.servo2).toBeGreaterThan(90)
      await hand.push(0, 0)
      expect(await hand.orders()).toEqual([])
      expect(complaints).toEqual([])
    })

    it('lets go when the pad is unplugged with its stick pushed, and knows one that was there before it', async () => {
      const { pico } = await cockpit('unplugged')
      const { page, hand } = await sit(pico.id)
      await hand.plug()
      await page.getByRole('link', { name: 'Gate', exact: true }).click()
      await page.goBack()
      await page.getByText('A gamepad is connected').waitFor()
      await hand.push(0, 0)
      await hand.push(0, 1, 1)
      await expect.poll(async () => (await anglesOf(pico.id))?.servo2, { timeout: 60_000 }).toBe(20)
      expect(await page.locator('.pad').getAttribute('data-held')).toBe('true')
      await hand.unplug()
      await page.getByText('plug in a gamepad').waitFor()
      expect(await page.locator('.pad').getAttribute('data-held')).toBe('false')
      await page.getByText('Nobody steers.').waitFor()
    })

    it('does not steer against whoever steers, nor takes the wheel the moment it is free', async () => {
      const { pico } = await cockpit('contended')
      const sara = await sit(pico.id, giveGamepad, await guest(gateway.owner, 'operator'))
      const mina = await sit(pico.id)
      for (const { hand } of [sara, mina]) {
        await hand.plug()
        await hand.push(0, 0)
      }
      await sara.hand.push(1, 0)
      await mina.page.getByText('operator steers.').waitFor()
      await mina.hand.push(-1, 0)
      expect(await mina.hand.orders()).toEqual([])
      // Mina, the owner, takes over control and releases it again. Sara holds her stick pushed all the time.
      await mina.hand.push(0, 0)
      await mina.page.getByRole('button', { name: 'Take over' }).click()
      await sara.page.getByText('Mina steers.').waitFor()
      await sara.hand.push(1, 0)
      await sara.hand.orders()
      await mina.page.getByRole('button', { name: 'Let go' }).click()
      await sara.page.getByText('Nobody steers.').waitFor()
      await sara.hand.push(1, 0)
      expect(await sara.hand.orders()).toEqual([])
      await sara.hand.push(0, 0)
      await sara.hand.push(-1, 0)
      await sara.page.getByText('You steer.').waitFor()
    })

    it('asks before it steers by a stale picture, once, and nothing moves until the answer', async () => {
      const { pico, freeze } = await cockpit('blind')
      const { page, hand } = await sit(pico.id)
      await hand.plug()
      await hand.push(0, 0)
      freeze()
      await page.locator('.stale').waitFor()
      await hand.push(1, 0)
      const question = page.getByRole('dialog', { name: 'You do not see what is there now' })
      await question.waitFor()
      await page.keyboard.press('Escape')
      await question.waitFor({ state: 'detached' })
      await hand.push(1, 0)
      expect(await question.count()).toBe(0)
      await hand.push(0, 0)
      await hand.push(1, 0)
      expect(await hand.orders()).toEqual([])
      await question.getByRole('button', { name: 'Steer all the same' }).click()
      // The servo makes only the confirmed step, not the way that the stick asked for in the meantime.
      await expect.poll(async () => (await anglesOf(pico.id))?.servo1, { timeout: 60_000 }).toBeLessThan(100)
      await hand.push(0, 0)
      await hand.push(1, 0, 1)
      await expect.poll(async () => (await anglesOf(pico.id)).servo1, { timeout: 60_000 }).toBe(160)
    })

    it('says on an old browser’s plain page why there is none', async () => {
      const { pico } = await cockpit('old')
      const visitor = await visit(browser, desktop)
      onTestFinished(() => visitor.context.close())
      await visitor.context.addInitScript(() => Object.defineProperty(navigator, 'getGamepads', { value: undefined }))
      const home = gateway.url.replace('127.0.0.1', 'house.test')
      for (const [name, value] of gateway.owner.cookies) await visitor.context.addCookies([{ name, value, url: home }])
      await visitor.page.goto(`${home}/devices/${pico.id}`)
      await visitor.page.getByText('This browser gives gamepads only to pages over https.').waitFor()
      expect(visitor.complaints).toEqual([])
    })
  })

  describe('on the full screen', () => {
    const fullButton = (page: Page) => page.getByRole('button', { name: 'Full screen', exact: true })
    const leaveButton = (page: Page) => page.getByRole('button', { name: 'Leave full screen', exact: true })
    const covers = (page: Page) =>
      page
        .locator('.cockpit')
        .evaluate(({ clientWidth, clientHeight }) => [clientWidth - innerWidth, clientHeight - innerHeight])

    it('steers by keys, shows how old the picture is, and is left by Escape and by its button', async () => {
      const { pico } = await cockpit('full')
      const { page, complaints } = await sit(pico.id)
      await fullButton(page).click()
      await page.waitForFunction(() => document.fullscreenElement !== null)
      expect(await covers(page)).toEqual([0, 0])
      await page.keyboard.press('ArrowLeft')
      await expect.poll(async () => (await anglesOf(pico.id))?.servo1, { timeout: 60_000 }).toBe(85)
      const age = page.locator('.picture-numbers dd').first()
      await expect.poll(() => age.textContent()).toMatch(/ms$/)
      const seen = (await age.boundingBox())!
      expect(seen.y + seen.height).toBeLessThanOrEqual(await page.evaluate(() => innerHeight))
      // The focus stays on visible elements.
      for (let turn = 0; turn < 12; turn++) {
        await page.keyboard.press('Tab')
        expect(await page.evaluate(() => document.activeElement!.closest('.rail, .device-columns'))).toBeNull()
      }
      await page.keyboard.press('Escape')
      await page.waitForFunction(() => document.fullscreenElement === null)
      await fullButton(page).and(page.locator(':focus')).waitFor()

      await page.keyboard.press('Enter')
      await page.waitForFunction(() => document.fullscreenElement !== null)
      await leaveButton(page).click()
      await page.waitForFunction(() => document.fullscreenElement === null)
      await fullButton(page).click()
      await leaveButton(page).waitFor()
      await walk(page, '/gate')
      await page.waitForFunction(() => document.fullscreenElement === null)
      expect(complaints).toEqual([])
    })

    it('asks there before it steers by a stale picture; Escape answers the question first', async () => {
      const { pico, freeze } = await cockpit('full-blind')
      const { page } = await sit(pico.id, withoutFullScreen)
      await fullButton(page).click()
      freeze()
      await page.locator('.stale').waitFor()
      await page.keyboard.press('ArrowLeft')
      const question = page.getByRole('dialog', { name: 'You do not see what is there now' })
      await question.getByRole('button', { name: 'Cancel' }).click({ trial: true })
      await page.keyboard.press('Escape')
      await question.waitFor({ state: 'detached' })
      await page.locator('.pad:focus').waitFor()
      await leaveButton(page).waitFor()
      await page.keyboard.press('Escape')
      await fullButton(page).waitFor()
    })

    it.each([
      { language: 'en', scheme: 'light', width: 1440 },
      { language: 'fa', scheme: 'dark', width: 390 },
    ] as const)('fills the window where the browser has no full screen, as on an iPhone: $language', async look => {
      const { pico } = await cockpit(`window-${look.language}`)
      const { page, complaints } = await sit(pico.id, withoutFullScreen, gateway.owner, look)
      await page.locator('.picture-acts button').click()
      for (const [width, height] of [
        [1440, 900],
        [820, 1180],
        [390, 844],
        [844, 390],
      ] as const) {
        await page.setViewportSize({ width, height })
        expect(await covers(page)).toEqual([0, 0])
        const [picture, pad] = [await page.locator('.camera').boundingBox(), await page.locator('.pad').boundingBox()]
        expect(picture!.height).toBeGreaterThan(height * 0.4)
        expect(pad!.width).toBeGreaterThan(120)
        expect(pad!.y + pad!.height).toBeLessThanOrEqual(height)
        expect(await faultsOf(page)).toEqual([])
        await shoot(page, `full-${look.language}-${look.scheme}-${width}`)
      }
      await page.locator('.picture-acts button').click()
      await page.getByRole('navigation').first().waitFor()
      expect(complaints).toEqual([])
    })
  })
})

type Prepare = (context: Visitor['context']) => Promise<unknown>

const withoutFullScreen: Prepare = context =>
  context.addInitScript(() => {
    Object.defineProperty(document, 'fullscreenEnabled', { value: undefined })
    Object.defineProperty(Element.prototype, 'requestFullscreen', { value: undefined })
  })
