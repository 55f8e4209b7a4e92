import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, bearer } from '../http/ask.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { jpeg } from '../support/jpeg.ts'
import { until } from '../support/until.ts'
import { Watcher } from '../support/viewer.ts'

/* An approved camera that is hostile or broken. The gateway decodes no picture: it passes its bytes on or drops it. */

let gateway: TestGateway
let camera: Board
let id: string
beforeAll(async () => {
  gateway = await startGateway()
  camera = await Board.active(gateway, { kind: 'esp32cam' })
  id = await camera.id()
})
afterAll(async () => {
  await camera[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
})

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const markers = (count: number, marker: string): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => hex(marker)))
const inside = (...parts: Buffer[]): Buffer => Buffer.concat([hex('ffd8'), ...parts, hex('ffd9')])
/** A frame header of this kind that announces 65,535 × 65,535 pixels of three colours. */
const gigantic = (kind: string): Buffer => hex(`${kind} 0011 08 ffff ffff 03 01 22 00 02 11 01 03 11 01`)

/** These begin and end as a JPEG does, so the gateway passes them on; the viewer's decoder judges the rest. */
const passedOn: Record<string, Buffer> = {
  'nothing between its beginning and its end': inside(),
  '65,535 markers': inside(markers(65_535, 'ff01')),
  'segments of no length': inside(markers(1_000, 'ffe0 0000')),
  'a segment that is longer than the picture': inside(hex('ffe1 ffff')),
  'pictures within pictures': Buffer.concat([markers(1_000, 'ffd8'), markers(1_000, 'ffd9')]),
  'gigantic dimensions': inside(gigantic('ffc0')),
  'gigantic dimensions, progressive': inside(gigantic('ffc2'), markers(5_000, 'ffda 0008 01 01 00 00 3f 00')),
  'arithmetic coding': inside(gigantic('ffc9')),
  'lossless coding': inside(gigantic('ffc3')),
  'a restart interval of nothing': inside(hex('ffdd 0004 0000'), markers(500, 'ffd0')),
  'a script in a comment': inside(Buffer.from('\xff\xfe\x00\x40<script>alert(1)</script>', 'latin1')),
  'padding of zeros behind its end': Buffer.concat([jpeg(500), Buffer.alloc(10_000)]),
}

const dropped: Record<string, Buffer> = {
  'a beginning without an end': hex('ffd8 ffe0 0000'),
  'an end without a beginning': hex('0000 ffd9'),
  'its end within': Buffer.concat([jpeg(500), Buffer.from('<html>')]),
  nothing: Buffer.alloc(0),
  'three bytes': hex('ffd8ff'),
  zeros: Buffer.alloc(10_000),
  'a PNG': hex('89504e470d0a1a0a'),
  'a page': Buffer.from('<!doctype html><script>alert(1)</script>'),
}

describe('a hostile picture', () => {
  it('reaches viewers byte for byte, by every way, and only where it begins and ends as a JPEG', async () => {
    await using watcher = await Watcher.join(gateway, id)
    for (const [name, picture] of Object.entries(passedOn)) {
      for (const wrong of Object.values(dropped)) await camera.sendBinary(wrong)
      await camera.sendFrame(picture)
      await watcher.sees(picture)
      const snapshot = await ask(gateway, 'GET', `/api/devices/${id}/snapshot.jpg`, {
        headers: bearer(gateway.ownerKey),
      })
      expect([name, snapshot.bytes.equals(picture)]).toEqual([name, true])
      expect(snapshot.headers).toMatchObject({ 'content-type': 'image/jpeg', 'x-content-type-options': 'nosniff' })
    }
    for (const seen of watcher.pictures)
      expect(Object.values(passedOn).some(picture => picture.equals(seen))).toBe(true)
    expect((await camera.device()).online).toBe(true)
  })

  it('cannot begin a part of another type in the stream of a browser: it does not know the boundary', async () => {
    const call = request(`${gateway.url}/api/devices/${id}/stream.mjpeg`, {
      headers: { ...bearer(gateway.ownerKey), 'user-agent': 'AppleWebKit/537.36' },
      agent: false,
    })
    call.on('error', () => {}).end()
    const [response] = (await once(call, 'response')) as [IncomingMessage]
    let stream = ''
    response.on('data', bytes => (stream += bytes.toString('latin1')))
    const boundaryOf = (headers: IncomingMessage['headers']) =>
      /boundary=(.+)$/.exec(headers['content-type'] ?? '')![1]!
    const page = '\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>\r\n'
    // The attacker knows this boundary from the gateway's source code.
    const picture = inside(Buffer.from(`\r\n--darvaza-next-frame${page}--darvaza-next-frame--\r\n`))
    await camera.sendFrame(picture)
    await until('the picture', () => stream.includes(picture.toString('latin1')))
    call.destroy()
    const boundary = boundaryOf(response.headers)
    expect(
      stream
        .split(`--${boundary}\r\n`)
        .slice(1)
        .every(part => part.startsWith('Content-Type: image/jpeg\r\n')),
    ).toBe(true)
    expect(picture.toString('latin1')).not.toContain(boundary)
    expect(boundary).toMatch(/[0-9a-f]{32}$/)
    expect(response.headers['content-security-policy']).toContain("default-src 'none'")
  })
})

describe('hostile metadata', () => {
  const numbers = ['1e400', '-1', '1e308', '"800"', 'null', '{}', '[[1]]', 'true', '{"__proto__":{"a":1}}']
  const names = [
    'size',
    'width',
    'height',
    'timestamp',
    'fps',
    'uptime',
    'memory_free',
    'rssi',
    'age_ms',
    'sequence',
    'servo1_angle',
    'device',
    'level',
    'message',
    'zone',
    'status',
    'command',
    'data',
    'sensor_type',
  ]
  const types = [
    'frame',
    'connection',
    'connect',
    'heartbeat',
    'ping',
    'pong',
    'sensor_data',
    'log',
    'ack',
    'servo',
    'time',
    'viewers',
    '__proto__',
    'constructor',
  ]

  it('of every kind leaves the board connected, and every page about it readable', async () => {
    for (const type of types)
      for (const number of numbers)
        camera.send(
          `{"type":"${type}",${names.map(name => `"${name}":${number}`).join(',')},"__proto__":{"polluted":1}}`,
        )
    for (const type of numbers) camera.send(`{"type":${type}}`)
    camera.send({ type: 'log', message: `FPS: ${'9'.repeat(400)}` })
    camera.send(`{"type":"log","message":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)
    await camera.sendFrame(jpeg(700, 'behind'))
    await camera.settled()
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect((await camera.device()).online).toBe(true)
    for (const path of ['', '/health', '/health?trace=1', '/telemetry', '/telemetry?range=1h', '/snapshot.jpg'])
      expect([path, (await gateway.api('GET', `/api/devices/${id}${path}`)).status]).toEqual([
        path,
        expect.toBeOneOf([200, 400]),
      ])
    for (const path of ['/api/journal?limit=200', '/metrics', '/api/devices'])
      expect([path, (await gateway.api('GET', path)).status]).toEqual([path, 200])
  })
})
