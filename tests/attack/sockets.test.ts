import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { firstOwner, guest, type Page, type PersonClient } from '../people/person-client.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { jpeg } from '../support/jpeg.ts'
import { clientFrame, RawClient } from '../support/raw.ts'
import { until } from '../support/until.ts'
import { Watcher } from '../support/viewer.ts'

/* Hostile sockets of signed-in people: pages of the dashboard and viewers of a camera. */

let gateway: TestGateway
let owner: PersonClient
let fenced: PersonClient
let own: Board
let foreign: Board
beforeAll(async () => {
  gateway = await startGateway({ limits: { guessBurst: 1_000, entryBurst: 1_000 } })
  owner = await firstOwner(gateway)
  own = await Board.active(gateway, { kind: 'esp32cam' })
  foreign = await Board.active(gateway, { kind: 'esp32cam', acknowledges: true })
  fenced = await guest(owner, 'operator', [await own.id()])
})
afterAll(async () => {
  await own[Symbol.asyncDispose]()
  await foreign[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
})

const ways = {
  'a page': () => ({ path: '/ws/dashboard', headers: { Cookie: owner.cookie, Origin: gateway.url } }),
  'a viewer': async () => ({
    path: `/ws/view/${await own.id()}`,
    headers: { Authorization: `Bearer ${gateway.ownerKey}` },
  }),
}

async function connected(way: keyof typeof ways): Promise<RawClient> {
  const { path, headers } = await ways[way]()
  const lines = Object.entries({
    Host: `127.0.0.1:${gateway.port}`,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`)
  return RawClient.open(gateway.port, `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
}

/** More bytes than the gateway and the system buffer for a client that reads nothing. */
const mostBytes = 96 * 1024 * 1024

/** Sends a frame again and again and reads nothing. Resolves to the bytes sent until the close, or at `mostBytes`. */
async function sendUnread(client: RawClient, frame: Buffer): Promise<number> {
  client.socket.pause()
  const chunk = Buffer.concat(Array.from({ length: Math.ceil(65_536 / frame.length) }, () => frame))
  let sent = 0
  const closed = new Promise(resolve => client.socket.once('close', resolve))
  for (; sent < mostBytes && !client.socket.destroyed; sent += chunk.length)
    await Promise.race([client.write(chunk), closed])
  return sent
}

describe.each(Object.keys(ways) as (keyof typeof ways)[])('%s that reads nothing', way => {
  it('and sends pings without an end, is cut', async () => {
    await using client = await connected(way)
    expect(await sendUnread(client, clientFrame({ opcode: 'ping', payload: 'x'.repeat(125) }))).toBeLessThan(mostBytes)
  })
})

describe('a page', () => {
  it('that says it drew what it never read, is cut before pictures pile up', async () => {
    await using client = await connected('a page')
    const device = await own.id()
    await client.send({ type: 'watch', cameras: [{ device, rate: 'full' }] })
    await client.message('cameras')
    client.socket.pause()
    let sent = 0
    for (; sent < 4 * mostBytes && !client.socket.destroyed; sent += 1_000_000) {
      await own.sendFrame(jpeg(1_000_000, sent))
      await own.settled()
      await client.write(
        Buffer.concat([
          clientFrame({ payload: `{"type":"drawn","camera":0,"sequence":4294967295}` }),
          clientFrame({ opcode: 'pong' }),
        ]),
      )
    }
    expect(sent).toBeLessThan(4 * mostBytes)
  })

  it('that says anything at all lives on, or is closed alone', async () => {
    await using neighbour = owner.dashboard()
    await neighbour.heard(message => message.type === 'hello')
    await using page = owner.dashboard()
    await page.heard(message => message.type === 'hello')
    const values = [null, -1, 1e308, '', 'x'.repeat(200), [], {}, [[]], true, '__proto__', { length: 1e9 }]
    const fields = ['cameras', 'camera', 'sequence', 'journal', 'id', 'device', 'servo1', 'action', 'ttlMs', 'act']
    for (const type of ['watch', 'drawn', 'follow', 'steer', 'lease', 'ping', 'hello', '__proto__', ...values])
      for (const value of values) page.say({ type, ...Object.fromEntries(fields.map(field => [field, value])) })
    for (const text of [
      '',
      'null',
      '[]',
      '"',
      '{',
      '{"type":"ping","id":1e400}',
      `${'{"a":'.repeat(20_000)}1`,
      '\ud800',
    ])
      page.ws.send(text)
    page.ws.send(jpeg(1_000))
    page.ws.send(Buffer.alloc(0))
    await answers(page, 11)
    await answers(neighbour, 12)
  })

  it('that subscribes again and again has the last subscription, and holds no place twice', async () => {
    await using page = owner.dashboard()
    const device = await own.id()
    await own.sendFrame(jpeg(800, 'small'))
    const cameras = Array.from({ length: 1_000 }, () => ({ device, rate: 'thumbnail' }))
    for (let round = 0; round < 50; round++) {
      await page.heard(message => message.type === 'hello')
      page.say({ type: 'watch', cameras: round % 2 ? [] : cameras })
      page.say({ type: 'follow', journal: round % 2 ? null : { kind: 'message' } })
    }
    page.say({ type: 'watch', cameras })
    await answers(page, 13)
    expect((await own.api('GET')).body.device.viewers).toBe(1)
    page.ws.terminate()
    await until('no viewer', async () => (await own.api('GET')).body.device.viewers === 0)
  })

  it('acts on no device beyond its grants, whatever it says and however it names it', async () => {
    await using page = fenced.dashboard()
    await page.heard(message => message.type === 'hello')
    const { id, name } = (await foreign.api('GET')).body.device
    const before = foreign.messages.length
    for (const device of [id, name, id.toUpperCase(), ` ${id}`, `${id}\0`, encodeURIComponent(id)]) {
      for (const act of ['take', 'renew', 'release', 'ask', 'grant', 'deny', 'seize'])
        page.say({ type: 'lease', device, act })
      page.say({ type: 'steer', id: 1, device, servo1: 10, servo2: 10 })
      page.say({ type: 'steer', id: 2, device, action: 'emergency_stop' })
      page.say({ type: 'watch', cameras: [{ device, rate: 'full' }] })
      page.say({ type: 'follow', journal: { device } })
    }
    await foreign.sendFrame(jpeg(900, 'not for you'))
    await foreign.settled()
    await answers(page, 14)
    const orders = foreign.messages.slice(before).filter(({ type }) => !['ping', 'pong', 'viewers'].includes(type))
    expect(orders).toEqual([])
    expect(page.pictures).toEqual([])
    const told = JSON.stringify(page.said)
    expect(told).not.toContain(id)
    expect(page.said.filter(({ type, ok }) => type === 'outcome' && ok)).toEqual([])
  })
})

describe('a viewer', () => {
  it('that sends messages is not heard, and one that sends too much is closed alone', async () => {
    await using neighbour = await Watcher.join(gateway, await own.id())
    await using loud = await Watcher.join(gateway, await own.id())
    for (let count = 0; count < 500; count++) loud.ws.send(count % 2 ? '{"type":"steer"}' : jpeg(100))
    const closed = new Promise<number>(resolve => loud.ws.once('close', resolve))
    loud.ws.send(Buffer.alloc(5_000))
    expect(await closed).toBe(1009)
    await own.sendFrame(jpeg(800, 'afterwards'))
    await neighbour.sees(jpeg(800, 'afterwards'))
  })

  it('that leaves without a word, in any way, leaves no place taken', async () => {
    const id = await own.id()
    const stream = `GET /api/devices/${id}/stream.mjpeg HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${gateway.ownerKey}\r\n\r\n`
    const open = async () => {
      const client = await RawClient.connect(gateway.port)
      await client.write(stream)
      await until('the stream', () => client.segments.length > 0)
      return client
    }
    const leaving: ((client: RawClient) => unknown)[] = [
      client => client.reset(),
      client => client.socket.end(),
      client => client.socket.destroy(),
      client => client.write('GET / HTTP/1.1\r\n\r\n').then(() => client.reset()),
    ]
    for (const leave of leaving) {
      await using client = await open()
      await until('its place', async () => (await own.api('GET')).body.device.viewers === 1)
      await leave(client)
      await until('no place', async () => (await own.api('GET')).body.device.viewers === 0)
    }
    await using ws = await connected('a viewer')
    ws.socket.end()
    await until('no place', async () => (await own.api('GET')).body.device.viewers === 0)
  })

  it('is one of so many of a camera, by all ways together, and who is one too many is told so', async () => {
    await using few = await startGateway({
      limits: { viewersPerCamera: 20, refusalHoldMinMs: 1, refusalHoldMaxMs: 2, refusalsHeldPerAddress: 100 },
    })
    await using camera = await Board.active(few, { kind: 'esp32cam' })
    const id = await camera.id()
    const outcomes = await Promise.all(
      Array.from(
        { length: 60 },
        () =>
          new Promise<{ status: number; ws: WebSocket }>(resolve => {
            const ws = new WebSocket(`${few.wsUrl}/ws/view/${id}`, {
              headers: { authorization: `Bearer ${few.ownerKey}` },
            })
            ws.on('error', () => {})
            ws.on('open', () => resolve({ status: 101, ws }))
            ws.on('unexpected-response', (_, response) => resolve({ status: response.statusCode ?? 0, ws }))
          }),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 101)).toHaveLength(20)
    expect(outcomes.filter(({ status }) => status === 503)).toHaveLength(40)
    const stream = await few.api('GET', `/api/devices/${id}/stream.mjpeg`)
    expect([stream.status, stream.body.code]).toEqual([503, 'viewers_full'])
    for (const { ws } of outcomes) ws.terminate()
    await until('no viewer', async () => (await camera.api('GET')).body.device.viewers === 0)
  })
})

/** Expects the gateway to answer this page, which proves that it has read all earlier messages of the page. */
async function answers(page: Page, id: number): Promise<void> {
  page.say({ type: 'ping', id })
  await page.heard(message => message.type === 'pong' && message.id === id)
}
