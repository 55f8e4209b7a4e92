import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { ToDashboard } from '#protocol/dashboard.ts'
import { pictureHeadBytes, readPictureHead } from '#protocol/picture-head.ts'
import { type Claim, fanout, lowRow, type Row, round } from '../harness/claim.ts'
import { type Darvaza, darvaza } from '../harness/darvaza.ts'
import { median } from '../harness/measure.ts'
import { becomeOwner } from '../harness/owner.ts'

const fps = 20
const stallMs = 3_000
/** The page draws for this long between two stalls. It is no multiple of the time between two frames. */
const drawMs = 730
/** Ways in which a page stalls: its network accepts no data, or the page is too busy to draw. */
const ways = ['reads nothing', 'draws nothing'] as const
type Way = (typeof ways)[number]

export const claim: Claim = {
  name: 'returning',
  about: 'a dashboard viewer that stalls for 3 s and returns: age of the first picture it gets',
  async run(bench) {
    const returns: Return[] = []
    const each = bench.quick ? 1 : 3
    for (let turn = 1; turn <= bench.rounds; turn++) {
      bench.say(`returning: round ${turn} of ${bench.rounds}`)
      await using gateway = await darvaza().start()
      returns.push(...(await comeAndGo(gateway, each)))
    }
    return ways.map(way =>
      rowOf(
        way,
        returns.filter(one => one.way === way),
      ),
    )
  },
}

interface Return {
  way: Way
  /** Time from the camera's first byte until the page has the picture, both by this machine's monotonic clock. */
  ageMs: number
  /** Time from the end of the stall until the page has that picture. */
  afterMs: number
  /** The page first receives this many pictures: they were sent before the stall used up its credits. */
  stale: number
  staleBytes: number
}

async function comeAndGo(gateway: Darvaza, each: number): Promise<Return[]> {
  // One frame in advance makes the camera known to the gateway.
  await fanout(gateway, 1, 0, '-r', 1, '-t', 0.1, '-u', 0)
  const seconds = 2 + (ways.length * each * (stallMs + drawMs + 500)) / 1_000
  const filming = fanout(gateway, 1, 0, '-r', fps, '-u', 0, '-t', seconds)
  // It is awaited below; without this handler a failure here would hide an earlier failure of the page.
  filming.catch(() => {})
  const cookies = [...(await becomeOwner(gateway))].map(([name, value]) => `${name}=${value}`).join('; ')
  const page = await Page.open(gateway, cookies)
  const returns: Return[] = []
  try {
    await page.first()
    for (let i = 0; i < each; i++)
      for (const way of ways) {
        await sleep(drawMs)
        returns.push(await page.stall(way))
      }
  } finally {
    page.ws.terminate()
  }
  await filming
  return returns
}

/** A page that watches one camera at full rate and acknowledges each picture as drawn when it arrives. */
class Page {
  readonly ws: WebSocket
  readonly #inbox: Buffer[] = []
  #mode: 'draws' | 'away' | 'returns' = 'draws'

  static async open(gateway: Darvaza, cookie: string): Promise<Page> {
    const origin = `http://127.0.0.1:${gateway.port}`
    const ws = new WebSocket(`ws://127.0.0.1:${gateway.port}/ws/dashboard`, { headers: { cookie, origin } })
    const devices = within<string>(ws, resolve =>
      ws.on('message', (data: Buffer, isBinary) => {
        if (isBinary) return
        const message = JSON.parse(data.toString()) as ToDashboard
        if (message.type === 'devices' && message.devices[0]) resolve(message.devices[0].id)
      }),
    )
    const [device] = await Promise.all([devices, once(ws, 'open')])
    ws.send(JSON.stringify({ type: 'watch', cameras: [{ device, rate: 'full' }] }))
    return new Page(ws)
  }

  constructor(ws: WebSocket) {
    this.ws = ws
    ws.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return
      if (this.#mode === 'draws') this.#drawn(data)
      else if (this.#mode === 'away') this.#inbox.push(data)
      else ws.emit('back', data)
    })
  }

  first(): Promise<void> {
    return within(this.ws, resolve =>
      this.ws.once('message', function again(this: WebSocket, _data, isBinary) {
        if (isBinary) resolve()
        else this.once('message', again)
      }),
    )
  }

  /** Stalls for 3 s, then continues. Resolves with the first picture taken after the stall or just before its end. */
  async stall(way: Way): Promise<Return> {
    this.#mode = 'away'
    this.#inbox.length = 0
    if (way === 'reads nothing') this.ws.pause()
    const leftAt = now()
    await sleep(stallMs)
    const backAt = now()
    this.#mode = 'returns'
    const found = { stale: 0, staleBytes: 0 }
    const fresh = within<Return>(this.ws, resolve => {
      const look = (data: Buffer) => {
        const [takenAt, at] = [stampOf(data), now()]
        this.#drawn(data)
        // Stale: this picture was sent early in the stall, before the page's two credits were used up.
        if (takenAt < leftAt + stallMs / 2) {
          found.stale++
          found.staleBytes += data.length
          return
        }
        this.ws.off('back', look)
        resolve({ way, ageMs: at - takenAt, afterMs: at - backAt, ...found })
      }
      this.ws.on('back', look)
      if (way === 'reads nothing') this.ws.resume()
      for (const data of this.#inbox) look(data)
    })
    const result = await fresh
    this.#mode = 'draws'
    return result
  }

  #drawn(data: Buffer): void {
    const head = readPictureHead(new DataView(data.buffer, data.byteOffset, data.length))
    if (!head) throw new Error('the gateway sent what is no picture')
    this.ws.send(JSON.stringify({ type: 'drawn', camera: head.camera, sequence: head.sequence }))
  }
}

/** Resolves with the value that `start` passes on; fails when the socket closes or 10 s pass. */
function within<T>(ws: WebSocket, start: (resolve: (value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (why: Error) => reject(why)
    const onClose = (code: number) => end(new Error(`the gateway closed the page with ${code}`))
    const late = setTimeout(() => end(new Error('no picture within 10 s')), 10_000)
    ws.once('error', end).once('close', onClose)
    start(value => {
      clearTimeout(late)
      ws.off('error', end).off('close', onClose)
      resolve(value)
    })
  })
}

/** Milliseconds of CLOCK_MONOTONIC, the clock of wsload's time stamps. */
const now = () => Number(process.hrtime.bigint()) / 1e6

/** The time when wsload sent this picture: the 8 bytes after its mark and its sequence number. */
function stampOf(data: Buffer): number {
  const mark = data.indexOf('WSLOAD01', pictureHeadBytes)
  if (mark < 0) throw new Error('a picture without the stamp of its camera')
  return Number(data.readBigUInt64LE(mark + 16)) / 1e6
}

function rowOf(way: Way, returns: Return[]): Row {
  const of = (name: 'ageMs' | 'afterMs' | 'stale' | 'staleBytes') => returns.map(one => one[name])
  return lowRow({
    work: `returning viewer, 1 × ${fps} fps, ${way} for 3 s: age of its first picture`,
    server: 'darvaza',
    measured: `there ${round(median(of('afterMs')))} ms after the return`,
    values: of('ageMs'),
    unit: 'ms',
    floor: 150,
    goal: 50,
    note: `${returns.length} returns, after the ${median(of('stale'))} pictures (${round(median(of('staleBytes')) / 1024)} KB) that had left before; a frame every ${1_000 / fps} ms`,
  })
}
