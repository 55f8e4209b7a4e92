import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type FleetSimulation, simulateFleet } from '../../src/simulator/simulator.ts'
import { until } from '../support/until.ts'
import { RunningGateway, signIn } from './running-gateway.ts'
import { faultsOf, inChromium, type Look, openBrowser, shoot, visit } from './support.ts'
import { countTileRenders } from './tile-renders.ts'

const desktop: Look = { language: 'en', scheme: 'light', width: 1440 }
const each = 100
const names = ['cam', 'pico'].flatMap(kind => Array.from({ length: each }, (_, i) => `sim-${kind}-${i + 1}`))

interface Device {
  id: string
  name: string
}

describe('an overview of 200 boards', { ...inChromium, timeout: 240_000 }, () => {
  let browser: Browser
  let gateway: RunningGateway
  let fleet: FleetSimulation
  let devices: Device[]
  const idOf = (name: string) => devices.find(device => device.name === name)!.id

  beforeAll(async () => {
    browser = await openBrowser()
    gateway = await RunningGateway.build({ sharedTokens: { pico: ['crowd-pico'], esp32cam: ['crowd-cam'] } })
    fleet = simulateFleet({
      url: gateway.url,
      cameras: each,
      picos: each,
      tokens: { pico: 'crowd-pico', esp32cam: 'crowd-cam' },
      camera: { fps: 0.5, resolution: 'QVGA' },
    })
    devices = await until(
      '200 boards with their first pictures',
      async () => {
        const { devices } = await gateway.ask('GET', '/api/devices?limit=1000')
        const ready = (device: { online: boolean; kind: string; lastFrame: string | null }) =>
          device.online && (device.kind === 'pico' || device.lastFrame)
        return devices.filter(ready).length === 2 * each && devices
      },
      90_000,
    )
    for (const name of ['sim-cam-7', 'sim-pico-70', 'sim-pico-99'])
      await gateway.ask('PATCH', `/api/devices/${idOf(name)}`, { tags: ['roof'] })
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await fleet?.stop()
    await gateway?.[Symbol.asyncDispose]()
  })

  async function open(look = desktop, prepare?: (page: Page) => unknown): Promise<Page> {
    const { context, page } = await visit(browser, look)
    onTestFinished(() => context.close())
    await signIn(context, gateway.owner)
    await prepare?.(page)
    await page.goto(gateway.url)
    await page
      .locator('.tile')
      .nth(2 * each - 1)
      .waitFor({ state: 'attached' })
    return page
  }
  async function block(name: string): Promise<void> {
    await gateway.ask('POST', `/api/devices/${idOf(name)}/block`, {})
    onTestFinished(async () => {
      await gateway.ask('POST', `/api/devices/${idOf(name)}/restore`, {})
      const isBack = async () => (await gateway.ask('GET', `/api/devices/${idOf(name)}`)).device.online
      await until(`${name} back online`, isBack, 60_000)
    })
  }
  const shown = (page: Page) => page.locator('.tile h2').allTextContents()

  it('shows each of them to whoever scrolls, with few pictures in the page, and asks only for those on the screen', async () => {
    const asked: string[][] = []
    const page = await open(desktop, fresh => {
      fresh.on('websocket', socket =>
        socket.on('framesent', ({ payload }) => {
          const message = JSON.parse(String(payload))
          if (message.type === 'watch') asked.push(message.cameras.map(({ device }: { device: string }) => device))
        }),
      )
    })
    const met = new Set<string>()
    for (let end = false; !end; ) {
      // All tiles on the screen are filled, and pictures are requested only for tiles on the screen or close to it.
      const here = await until('the tiles on the screen, filled', () => page.evaluate(tilesOnTheScreen))
      for (const { name } of here) met.add(name)
      const cameras = here.filter(({ name, away }) => name.includes('cam') && away < 0).map(({ name }) => idOf(name))
      const nearly = here.filter(({ away }) => away < 90).map(({ name }) => idOf(name))
      await until('the pictures on the screen, asked for', () => {
        const latest = asked.at(-1) ?? []
        return cameras.every(id => latest.includes(id)) && latest.every(id => nearly.includes(id))
      })
      expect(await page.locator('.tile canvas, .tile .dial').count()).toBeLessThan(100)
      end = await page.evaluate(() => {
        scrollBy(0, innerHeight * 0.8)
        return scrollY + innerHeight >= document.documentElement.scrollHeight - 1
      })
    }
    for (const { name } of await until('the last ones', () => page.evaluate(tilesOnTheScreen))) met.add(name)
    expect([...met].sort()).toEqual(names.toSorted())
  })

  it('leads the keyboard from the first to the last, each on the screen when it has the focus', async () => {
    const page = await open()
    await page.locator('.tile-link').first().focus()
    const met: string[] = []
    for (let i = 0; i < 2 * each; i++) {
      const { name, inside } = await page.evaluate(() => {
        const { top, bottom } = document.activeElement!.getBoundingClientRect()
        return { name: document.activeElement!.textContent, inside: top >= 0 && bottom <= innerHeight }
      })
      expect(inside, name).toBe(true)
      met.push(name)
      await page.keyboard.press('Tab')
    }
    expect(met).toEqual(await shown(page))
    expect(met.toSorted()).toEqual(names.toSorted())
  })

  it('names each of them to a screen reader and to the search of the browser, however far it is', async () => {
    const page = await open()
    const tree = await page.locator('.tiles').ariaSnapshot()
    expect(tree.match(/- listitem/g)).toHaveLength(2 * each)
    expect(tree.match(/- heading "sim-(cam|pico)-\d+" \[level=2\]/g)).toHaveLength(2 * each)
    expect(tree.match(/: Online$|text: Online/gm)).toHaveLength(2 * each)
    const far = page.getByRole('heading', { name: 'sim-pico-100', exact: true })
    expect(
      await page.evaluate(() => (globalThis as unknown as { find(text: string): boolean }).find('sim-pico-100')),
    ).toBe(true)
    await page.waitForFunction(() => scrollY > 0)
    expect(await far.evaluate(element => element.getBoundingClientRect().top < innerHeight)).toBe(true)
  })

  it('filters by name, kind, tag and state, and shows exactly those that fit', async () => {
    const page = await open()
    const expectOnly = (fits: (name: string) => boolean) =>
      expect.poll(async () => (await shown(page)).sort()).toEqual(names.filter(fits).sort())
    await page.getByRole('searchbox').fill('cam-1')
    await expectOnly(name => name.startsWith('sim-cam-1'))
    await page.getByRole('searchbox').fill('')
    await page.getByLabel('Kind', { exact: true }).selectOption('pico')
    await expectOnly(name => name.includes('pico'))
    await page.getByLabel('Tag', { exact: true }).selectOption('roof')
    await expectOnly(name => ['sim-pico-70', 'sim-pico-99'].includes(name))
    await page.getByLabel('Kind', { exact: true }).selectOption('')
    await expectOnly(name => ['sim-cam-7', 'sim-pico-70', 'sim-pico-99'].includes(name))
    await page.getByLabel('Tag', { exact: true }).selectOption('')
    await expectOnly(() => true)
    await block('sim-cam-50')
    await page.getByLabel('State', { exact: true }).selectOption('blocked')
    await expectOnly(name => name === 'sim-cam-50')
    await page.getByLabel('State', { exact: true }).selectOption('online')
    await expectOnly(name => name !== 'sim-cam-50')
  })

  it('draws one tile anew when one board changes its state, and none of the others', async () => {
    const page = await open(desktop, fresh => fresh.addInitScript(countTileRenders))
    await until('the tiles on the screen, filled', () => page.evaluate(tilesOnTheScreen))
    await page.evaluate('tileRenders.clear()')
    const two = ['sim-cam-2', 'sim-pico-90']
    for (const name of two) await block(name)
    for (const name of two) {
      const tile = page.locator('.tile', { has: page.getByRole('heading', { name, exact: true }) })
      await tile.locator('.presence[data-state="blocked"]').waitFor({ state: 'attached' })
    }
    expect((await page.evaluate<string[]>('[...tileRenders.keys()]')).sort()).toEqual(two)
  })

  it('is found as it was left when one comes back: the place and the filter', async () => {
    const page = await open()
    await page.getByRole('searchbox').fill('sim-pico')
    await page.locator('.tile').nth(each).waitFor({ state: 'detached' })
    const target = page.locator('.tile', { hasText: 'sim-pico-61' })
    await target.evaluate(element => element.scrollIntoView({ block: 'center' }))
    await until('the tiles on the screen, filled', () => page.evaluate(tilesOnTheScreen))
    const before = await target.evaluate(element => element.getBoundingClientRect().top)
    await target.locator('a').click()
    await page.getByRole('heading', { name: 'sim-pico-61', level: 1 }).waitFor()
    await page.goBack()
    await expect
      .poll(() => target.evaluate((element, before) => Math.abs(element.getBoundingClientRect().top - before), before))
      .toBeLessThan(4)
    expect(await page.getByRole('searchbox').inputValue()).toBe('sim-pico')
  })

  it('stands as well in Persian on a phone in the dark, and from right to left', async () => {
    const page = await open({ language: 'fa', scheme: 'dark', width: 390 })
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2))
    await until('the tiles on the screen, filled', () => page.evaluate(tilesOnTheScreen))
    await shoot(page, 'crowd-fa-dark-390')
    await page.setViewportSize({ width: 1440, height: 900 })
    await until('the tiles on the screen, filled', () => page.evaluate(tilesOnTheScreen))
    const [first, second] = await page.evaluate(() =>
      [...document.querySelectorAll('.tile')].slice(0, 2).map(tile => tile.getBoundingClientRect().left),
    )
    expect(first).toBeGreaterThan(second!)
    await shoot(page, 'crowd-fa-dark-1440')
    expect(await faultsOf(page)).toEqual([])
  })
})

/** The tiles on or near the screen; undefined until all on it are filled. `away`: px from the screen, below 0 on it. */
function tilesOnTheScreen(): { name: string; away: number }[] | undefined {
  const here = [...document.querySelectorAll('.tile')]
    .map(tile => {
      const { top, bottom } = tile.querySelector('.tile-view')!.getBoundingClientRect()
      return { name: tile.querySelector('h2')!.textContent, away: Math.max(top - innerHeight, -bottom), tile }
    })
    .filter(({ away }) => away < 100)
  const filled = here.every(({ away, tile }) => away >= 0 || tile.querySelector('canvas, .dial'))
  return filled && here.length > 0 ? here.map(({ name, away }) => ({ name, away })) : undefined
}
