/*
 * sh bin/with-node tests/browser/guide-pictures.ts: photographs the dashboard for the guide, in both languages, light
 * and dark. It needs the packages of the browser tests and ImageMagick. Run it after a change of the dashboard.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { furnish } from './furnished.ts'
import { signIn } from './running-gateway.ts'
import { openBrowser } from './support.ts'

const out = join(dirname(dirname(import.meta.dirname)), 'docs/guide/pictures')
const folder = mkdtempSync(join(tmpdir(), 'darvaza-pictures-'))
mkdirSync(out, { recursive: true })
await using gateway = await furnish().then(({ gateway, ...ids }) => Object.assign(gateway, { ids }))
await using browser = await openBrowser()

// Some names in the test data are extremely long on purpose. The guide needs realistic names.
const { devices } = await gateway.ask('GET', '/api/devices?limit=1000')
for (const { id, name } of devices) {
  if (name.startsWith('a-board-with')) await gateway.ask('PATCH', `/api/devices/${id}`, { name: 'greenhouse-vents' })
}
const { people } = (await gateway.owner.ask('GET', '/api/people')).body
for (const { id, email } of people) {
  if (email.startsWith('operator-')) await gateway.owner.ask('DELETE', `/api/people/${id}`)
}
const sara = { name: 'Sara', email: 'sara@example.org', role: 'operator', grants: ['#roof'] }
await gateway.owner.ask('POST', '/api/people', sara)

const pages = {
  overview: { path: '/', shows: '.tile .camera[data-seen="true"]' },
  gate: { path: '/gate', shows: '.preview img' },
  device: { path: `/devices/${gateway.ids.camera}`, shows: '.camera[data-seen="true"]' },
  people: { path: '/settings/people', shows: 'main h2' },
}

for (const language of ['en', 'fa'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({
      viewport: { width: 1040, height: 720 },
      locale: language === 'fa' ? 'fa-IR' : 'en-GB',
      colorScheme,
    })
    await signIn(context, gateway.owner)
    const page = await context.newPage()
    for (const [name, { path, shows }] of Object.entries(pages)) {
      await page.goto(gateway.url + path)
      await page.locator(shows).first().waitFor()
      await page.evaluate(() => document.fonts.ready.then(() => true))
      const png = join(folder, `${name}.png`)
      await page.screenshot({ path: png })
      const webp = join(out, `${name}.${language}.${colorScheme}.webp`)
      execFileSync('convert', [png, '-quality', '72', webp])
      console.log(webp)
    }
    await context.close()
  }
}
rmSync(folder, { recursive: true, force: true })
