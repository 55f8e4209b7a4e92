import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { simulateFleet } from '../../src/simulator/simulator.ts'
import { openChromium } from '../harness/chromium.ts'
import { type Bench, lowRow, type Row, round } from '../harness/claim.ts'
import { type Darvaza, darvaza } from '../harness/darvaza.ts'
import { median } from '../harness/measure.ts'

const [cameras, picos] = [100, 100]
const devices = cameras + picos
const viewport = { width: 1440, height: 900 }
/** 2,400 px a second if no frame is dropped: as fast as a person in a hurry scrolls. */
const pxPerFrame = 40
const frameMs = 1_000 / 60

/** Measures how fast a person can scroll and filter an overview of 200 boards that all send. */
export async function crowd(bench: Bench): Promise<Row[]> {
  await using gateway = await darvaza().start()
  const url = `http://127.0.0.1:${gateway.port}`
  const tokens = { esp32cam: 'cam-00000', pico: 'tok-00000' }
  await using _ = simulateFleet({ url, cameras, picos, tokens, camera: { fps: 1 } })
  await untilOnline(gateway)
  await using chromium = await openChromium(gateway)
  const rides: Ride[] = []
  const answers: number[] = []
  // The first turn only warms up the browser and is not counted.
  for (let turn = 0; turn <= bench.rounds; turn++) {
    const context = await chromium.open(viewport)
    const page = await context.newPage()
    await page.goto('/')
    await page
      .locator('.tile')
      .nth(devices - 1)
      .waitFor({ state: 'attached' })
    await sleep(1_000)
    const ride = await scrollThrough(page)
    const [few, all] = [await filter(page, 'cam-1', 12), await filter(page, '', devices)]
    bench.say(
      `${devices} devices: ${round(Math.max(...ride))} ms, ${dropped(ride)} dropped; ${round(few)}, ${round(all)} ms`,
    )
    if (turn > 0) rides.push(ride)
    if (turn > 0) answers.push(few, all)
    await context.close()
  }
  const note = `${cameras} cameras, ${picos} Picos, Chromium, no GPU`
  return [
    lowRow({
      work: `overview of ${devices} devices, scrolled from top to bottom: longest frame`,
      server: 'darvaza',
      measured: `${round(median(rides.map(dropped)))} of ${round(median(rides.map(ride => ride.length)))} frames dropped`,
      values: rides.map(ride => Math.max(...ride)),
      unit: 'ms',
      floor: 50,
      goal: 34,
      note,
    }),
    lowRow({
      work: `overview of ${devices} devices, from a filter typed or cleared until the list is right`,
      server: 'darvaza',
      values: answers,
      unit: 'ms',
      floor: 200,
      goal: 100,
      note,
    }),
  ]
}

/** The durations of all frames of one scroll, in ms. */
type Ride = number[]

const dropped = (ride: Ride): number => ride.reduce((sum, ms) => sum + Math.max(0, Math.round(ms / frameMs) - 1), 0)

const scrollThrough = (page: Page): Promise<Ride> =>
  page.evaluate(`new Promise(resolve => {
    const frames = []
    let last
    const step = now => {
      if (last !== undefined) frames.push(now - last)
      last = now
      const from = scrollY
      scrollBy(0, ${pxPerFrame})
      if (scrollY > from) requestAnimationFrame(step)
      else resolve(frames)
    }
    scrollTo(0, 0)
    requestAnimationFrame(step)
  })`)

/** The time in ms from the keyboard event until the frame with the filtered list has been drawn. */
const filter = (page: Page, text: string, fits: number): Promise<number> =>
  page.evaluate(`new Promise(resolve => {
    const field = document.querySelector('.filters input')
    const startedAt = performance.now()
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '${text}')
    field.dispatchEvent(new Event('input', { bubbles: true }))
    const out = new MessageChannel()
    out.port1.onmessage = () => resolve(performance.now() - startedAt)
    const look = () => {
      const isRight = document.querySelectorAll('.tile h2').length === ${fits}
      requestAnimationFrame(isRight ? () => out.port2.postMessage(0) : look)
    }
    look()
  })`)

async function untilOnline(gateway: Darvaza): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(100)) {
    const all = await gateway.api<{ devices: { online: boolean }[] }>('GET', '/api/devices?limit=1000')
    if (all.devices.filter(({ online }) => online).length === devices) return
  }
  throw new Error(`after a minute there are no ${devices} boards online`)
}
