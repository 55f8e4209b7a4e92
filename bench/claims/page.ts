import { setTimeout as sleep } from 'node:timers/promises'
import { buildDashboard } from '../../scripts/build-dashboard.ts'
import { simulateFleet } from '../../src/simulator/simulator.ts'
import { type Chromium, openChromium } from '../harness/chromium.ts'
import { type Bench, type Claim, lowRow, type Row, round } from '../harness/claim.ts'
import { type Darvaza, darvaza } from '../harness/darvaza.ts'
import { cpuSecondsOf, familyOf, median, memoryMb, slope } from '../harness/measure.ts'
import { crowd } from './page-crowd.ts'

const cameras = 20
/** A screen large enough to show all tiles at once. */
const viewport = { width: 1920, height: 1600 }
const sampleEveryMs = 5_000

export const claim: Claim = {
  name: 'page',
  about:
    'the dashboard in Chromium: until it can be used, and what 20 cameras at full rate in one page cost; 200 devices scrolled and filtered',
  async run(bench) {
    await buildDashboard(bench.say)
    return [...(await streaming(bench)), ...(await crowd(bench))]
  },
}

async function streaming(bench: Bench): Promise<Row[]> {
  await using gateway = await darvaza().start()
  const url = `http://127.0.0.1:${gateway.port}`
  await using fleet = simulateFleet({ url, cameras, spreadMs: 1_000, tokens: { esp32cam: 'cam-00000' } })
  await untilStreaming(gateway)
  await using chromium = await openChromium(gateway)
  return [await untilUsable(bench, chromium), ...(await allAtOnce(bench, chromium, () => fleet.stats()))]
}

/** Measures the time from the navigation until the first device can be clicked, with an empty cache each time. */
async function untilUsable(bench: Bench, chromium: Chromium): Promise<Row> {
  const values: number[] = []
  // The first turn only warms up the browser and is not counted. Each context has a cache of its own.
  for (let turn = 0; turn <= bench.rounds; turn++) {
    const context = await chromium.open(viewport)
    const page = await context.newPage()
    await page.goto('/', { waitUntil: 'commit' })
    await page.locator('.tile a').first().waitFor()
    const ms = await page.evaluate<number>('performance.now()')
    if (turn > 0) values.push(ms)
    await context.close()
  }
  const work = `first load until the overview of ${cameras} cameras can be used`
  return lowRow({ work, server: 'darvaza', values, unit: 'ms', floor: 1_000, goal: 1_000, note: 'Chromium, loopback' })
}

/** `sent`: frames and bytes that the cameras have sent so far. */
async function allAtOnce(
  bench: Bench,
  { pid, open }: Chromium,
  sent: () => { framesSent: number; bytesOut: number },
): Promise<Row[]> {
  const minutes = bench.quick ? 0.4 : bench.soakMinutes
  const work = `one page, ${cameras} cameras at 10 fps, ${minutes} min`
  const page = await (await open(viewport)).newPage()
  await page.addInitScript(countDrawn)
  await page.goto('/')
  await page
    .locator('.camera[data-seen="true"]')
    .nth(cameras - 1)
    .waitFor()
  await page.evaluate(lookAtAll)
  await sleep(bench.quick ? 2_000 : 20_000)

  const drawn = () => page.evaluate<number>('drawn')
  const before = { at: performance.now(), cpu: cpuSecondsOf(familyOf(pid)), drawn: await drawn(), ...sent() }
  const [times, memory]: [number[], number[]] = [[], []]
  while (performance.now() - before.at < minutes * 60_000) {
    await sleep(sampleEveryMs)
    times.push((performance.now() - before.at) / 60_000)
    memory.push(memoryMb(familyOf(pid)))
    bench.say(`${work}: ${round(times.at(-1)!)} min, ${round(memory.at(-1)!)} MB`)
  }
  const seconds = (performance.now() - before.at) / 1_000
  const cores = (cpuSecondsOf(familyOf(pid)) - before.cpu) / seconds
  const perSecond = ((await drawn()) - before.drawn) / seconds
  const after = sent()
  const frames = after.framesSent - before.framesSent
  const kb = (after.bytesOut - before.bytesOut) / frames / 1_024
  const half = memory.length >> 1
  return [
    lowRow({
      work: `${work}: Chromium`,
      server: 'darvaza',
      measured: `${round(perSecond)} of ${round(frames / seconds)} frames a second drawn, ${round(kb)} KB each`,
      values: [cores],
      unit: 'cores',
      floor: 1,
      goal: 1,
      note: 'all its processes, no GPU',
    }),
    lowRow({
      work: `${work}: memory`,
      server: 'darvaza',
      measured: `${round(median(memory.slice(half - 3, half + 3)))} MB half way, ${round(median(memory.slice(-6)))} MB at the end`,
      values: [slope(times.slice(half), memory.slice(half))],
      unit: 'MB per minute',
      note: 'all processes of Chromium (PSS)',
    }),
  ]
}

/** Counts the page's drawn frames: it acknowledges each on the socket, and counting that costs next to nothing. */
const countDrawn = `
  globalThis.drawn = 0
  const { send } = WebSocket.prototype
  WebSocket.prototype.send = function (data) {
    if (data.includes('"drawn"')) drawn++
    return send.call(this, data)
  }`

/** A tile runs at full rate while the pointer is over it: this puts a pointer over all tiles. */
const lookAtAll = `
  for (const tile of document.querySelectorAll('.tile'))
    tile.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))`

async function untilStreaming(gateway: Darvaza): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(100)) {
    const { devices } = await gateway.api<{ devices: { lastFrame: string | null }[] }>('GET', '/api/devices?limit=100')
    if (devices.filter(({ lastFrame }) => lastFrame).length === cameras) return
  }
  throw new Error(`after a minute there are no pictures of ${cameras} cameras`)
}
