import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import en from '../../dashboard/src/i18n/en/en.ts'
import fa from '../../dashboard/src/i18n/fa/fa.ts'
import { guest, type PersonClient as Person, password } from '../people/person-client.ts'
import { type Furnished, furnish } from './furnished.ts'
import { Gallery, walk } from './gallery.ts'
import { signIn } from './running-gateway.ts'
import { inChromium, type Look, openBrowser, sizes, visit } from './support.ts'

type Words = typeof en
const languages = ['en', 'fa'] as const

/** A dialog or menu that opens over a page. */
interface Scene {
  at: string
  opener: Locator
  key?: 'Enter' | 'Space'
  what?: '[role="dialog"]' | '[role="menu"]'
  /** Answers the dialog's question, to get to the content that it shows afterwards. */
  answer?(dialog: Locator): Promise<void>
}

const scenes = (page: Page, t: Words, { pico, stale }: Furnished, email: string): Record<string, Scene> => {
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const device = `/devices/${pico}`
  const fill = async (dialog: Locator, texts: string[], act: string) => {
    for (const [index, text] of texts.entries()) await dialog.getByRole('textbox').nth(index).fill(text)
    await dialog.getByRole('button', { name: act, exact: true }).press('Enter')
    await dialog.locator('.copyable').waitFor()
  }
  const row = (name: string) => page.locator('.rows li', { hasText: name })
  const rotate = (dialog: Locator) => fill(dialog, [], t.deviceAdmin.rotate)
  return {
    rotate: { at: device, opener: button(t.deviceAdmin.rotate), answer: rotate },
    'revoke-old': { at: device, opener: button(t.deviceAdmin.revokeOld) },
    revoke: { at: device, opener: button(t.deviceAdmin.revoke) },
    block: { at: device, opener: button(t.deviceAdmin.block) },
    remove: { at: device, opener: button(t.deviceAdmin.remove) },
    doubt: { at: `/devices/${stale}`, opener: button(t.steer.centre) },
    pairing: { at: '/gate', opener: page.locator('input[value="pairing"]'), key: 'Space' },
    open: { at: '/gate', opener: page.locator('input[value="open"]'), key: 'Space' },
    closed: { at: '/gate', opener: page.locator('input[value="closed"]'), key: 'Space' },
    invite: {
      at: '/settings/people',
      opener: button(t.people.invite),
      answer: dialog => fill(dialog, ['سارا Lang-Hinterhuber', email], t.people.makeInvitation),
    },
    'change-person': { at: '/settings/people', opener: row('operator-').getByRole('button').first() },
    'remove-person': { at: '/settings/people', opener: row('operator-').getByRole('button').last() },
    key: {
      at: '/settings/keys',
      opener: button(t.keys.make),
      answer: dialog => fill(dialog, ['Home Assistant'], t.keys.make),
    },
    'revoke-key': { at: '/settings/keys', opener: row('Home Assistant').getByRole('button').first() },
    forget: { at: '/settings/retention', opener: button(t.act.save) },
    account: { at: '/', opener: page.locator('.person'), what: '[role="menu"]' },
    export: { at: '/journal', opener: button(t.journal.export), what: '[role="menu"]' },
  }
}

describe('every dialog', inChromium, () => {
  let browser: Browser
  let furnished: Furnished
  let sara: Person
  beforeAll(async () => {
    browser = await openBrowser()
    furnished = await furnish()
    sara = await guest(furnished.gateway.owner, 'operator')
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await furnished?.gateway[Symbol.asyncDispose]()
  })

  it.each(languages)(
    'takes the focus and gives it back, is closed by Escape, fits and reads: %s',
    async language => {
      const look: Look = { language, scheme: 'light', width: 390 }
      const visitor = await visit(browser, look)
      const { context, page } = visitor
      const t: Words = language === 'fa' ? (fa as unknown as Words) : en
      const gallery = new Gallery(visitor, look)
      const { gateway, pico, stale } = furnished
      // Without animations the test need not wait for them.
      await page.emulateMedia({ reducedMotion: 'reduce' })
      await signIn(context, gateway.owner)
      await page.goto(gateway.url)
      await page.evaluate(([key, id]) => localStorage.setItem(key!, id!), [`darvaza.partner.${stale}`, pico])

      const all = scenes(page, t, furnished, `sara-${language}@example.org`)
      for (const [name, { at, opener, key = 'Enter', what = '[role="dialog"]', answer }] of Object.entries(all)) {
        const lies = page.locator(what)
        const hasFocus = async (step: string) => {
          const inside = lies.and(page.locator(':focus-within'))
          await inside.waitFor({ timeout: 10_000 }).catch(() => gallery.blame(name, `the focus is not inside ${step}`))
        }
        await walk(page, at)
        await gallery.ready()
        if (name === 'forget') await page.locator('input[inputmode="numeric"]').first().fill('1')
        // A menu closes when the window changes its width, so it is opened again for each width.
        for (const widths of what === '[role="menu"]' ? sizes.map(size => [size]) : [sizes]) {
          await page.setViewportSize(widths[0]!)
          await opener.press(key)
          await hasFocus('when it opens')
          await gallery.part(name, what, widths)
          if (answer) {
            await answer(lies)
            await hasFocus('after the answer')
            await gallery.part(`${name}-done`, what)
          }
          for (const move of ['Shift+Tab', 'Shift+Tab', 'Tab', 'Tab', 'Tab']) await page.keyboard.press(move)
          await hasFocus('after walking around')
          await page.keyboard.press('Escape')
          await lies.waitFor({ state: 'detached' })
          const back = opener.and(page.locator(':focus'))
          await back.waitFor({ timeout: 10_000 }).catch(() => gallery.blame(name, 'the focus does not come back'))
        }
      }
      await context.close()
      expect(gallery.faults).toEqual({})
    },
    400_000,
  )

  it.each(languages)(
    'and what opens within a page does so as well: %s',
    async language => {
      const look: Look = { language, scheme: 'light', width: 390 }
      const visitor = await visit(browser, look)
      const { context, page } = visitor
      const t: Words = language === 'fa' ? (fa as unknown as Words) : en
      const gallery = new Gallery(visitor, look)
      const { gateway, pico, offline } = furnished
      await page.emulateMedia({ reducedMotion: 'reduce' })
      const button = (name: string) => page.getByRole('button', { name, exact: true })
      const focused = (locator: Locator) => locator.and(page.locator(':focus')).waitFor({ timeout: 10_000 })
      await signIn(context, gateway.owner)
      await page.goto(`${gateway.url}/settings/account`)
      await gallery.ready()

      const [passwordCard, secondFactor] = [page.locator('.card').nth(0), page.locator('.card').nth(1)]
      await passwordCard.getByRole('button').press('Enter')
      await focused(passwordCard.locator('input').first())
      await gallery.part('password', '.card:nth-child(1)')
      await passwordCard.getByRole('button', { name: t.act.cancel }).press('Enter')
      await focused(passwordCard.getByRole('button'))

      await secondFactor.getByRole('button').press('Enter')
      await focused(secondFactor.locator('input'))
      await gallery.part('second-factor', '.card:nth-child(2)')
      await page.keyboard.type(password)
      await page.keyboard.press('Enter')
      await secondFactor.locator('.qr').waitFor()
      expect(await secondFactor.locator(':focus').count()).toBe(1)
      await gallery.part('second-factor-codes', '.card:nth-child(2) form')
      await secondFactor.getByRole('button', { name: t.act.cancel }).press('Enter')
      await focused(secondFactor.getByRole('button'))

      await walk(page, `/devices/${offline}`)
      await gallery.ready()
      await button(t.deviceAdmin.block).press('Enter')
      await page.getByRole('dialog').getByRole('button', { name: t.deviceAdmin.block, exact: true }).press('Enter')
      await page.locator('.toast').waitFor()
      await gallery.part('toast', '.toasts')
      await page.locator('.toast').getByRole('button', { name: t.act.undo }).press('Enter')
      await page.locator('.toast[data-tone="leaf"]').waitFor()
      await gallery.part('toast-undone', '.toasts')

      await walk(page, '/')
      await button(t.overview.connect).press('Enter')
      await page.locator('.connect code').first().waitFor()
      await gallery.part('connect', '.connect')
      await page.locator('.connect').getByRole('button', { name: t.act.close }).press('Enter')
      await focused(button(t.overview.connect))

      await page.locator('.tile-link').first().press('Enter')
      await focused(page.locator('#content'))
      await walk(page, `/devices/${pico}`)
      await button(t.preset.keep).press('Enter')
      await focused(page.getByPlaceholder(t.preset.name))
      await gallery.part('preset', '.steering')
      await page.keyboard.press('Escape')
      await focused(button(t.preset.keep))

      const hers = sara.dashboard()
      await hers.heard(({ type }) => type === 'hello')
      hers.say({ type: 'lease', device: pico, act: 'take' })
      await page.locator('.lease button').nth(1).waitFor()
      await gallery.part('lease-of-another', '.lease')
      hers.say({ type: 'lease', device: pico, act: 'release' })
      await page.locator('.lease button').first().waitFor({ state: 'detached' })
      await page.locator('.pad').focus()
      await page.keyboard.down('ArrowLeft')
      await page.locator('.lease[data-mine="true"]').waitFor()
      hers.say({ type: 'lease', device: pico, act: 'ask' })
      await page.locator('.lease button').nth(1).waitFor()
      await gallery.part('lease-asked', '.lease')
      await page.keyboard.up('ArrowLeft')
      await hers[Symbol.asyncDispose]()

      await context.close()
      expect(gallery.faults).toEqual({})
    },
    400_000,
  )
})
