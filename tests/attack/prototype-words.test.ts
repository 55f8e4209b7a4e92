import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { routeNames } from '../../src/transports/access-table.ts'
import { ask, bearer } from '../http/ask.ts'
import { Board, refusal } from '../support/board.ts'
import { startGateway, type TestGateway, temporaryFolder } from '../support/gateway.ts'
import { jpeg } from '../support/jpeg.ts'

/** The names that every object inherits: a plain object used as a map has them although they were never added. */
const inherited = Object.getOwnPropertyNames(Object.prototype)
/** An object from JSON that cannot become text or a number, because its conversion methods are no functions. */
const unwritable = { toString: 1, valueOf: 1, toJSON: 1, constructor: 1, length: 1e9, message: { toString: 1 } }

let gateway: TestGateway
let dataDir: string
let board: Board
let camera: Board
beforeAll(async () => {
  dataDir = await temporaryFolder()
  gateway = await startGateway({ dataDir })
  board = await Board.active(gateway, { acknowledges: true })
  camera = await Board.active(gateway, { kind: 'esp32cam' })
})
afterAll(async () => {
  await board[Symbol.asyncDispose]()
  await camera[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
})

/** Reads everything that people see of what boards sent, in both languages. None of it may fail. */
async function readEverything(where: TestGateway, id: string): Promise<void> {
  const paths = [
    ...['15m', '24h', '30d'].map(range => `/api/devices/${id}/telemetry?range=${range}`),
    `/api/devices/${id}`,
    `/api/devices/${id}/health?trace=true`,
    `/api/journal?device=${id}&limit=500`,
    '/api/journal?q=constructor',
    '/api/devices',
    '/api/refusals',
    '/metrics',
  ]
  for (const path of paths)
    for (const language of ['en', 'fa']) {
      const { status } = await where.api('GET', path, undefined, { headers: { 'accept-language': language } })
      expect([path, language, status]).toEqual([path, language, 200])
    }
}

describe('a word that every object knows', () => {
  it('names a series like any other word does, also late, averaged, and after a restart', async () => {
    const data = Object.fromEntries(inherited.map(word => [word, 3]))
    for (const age_ms of [0, 40 * 60_000]) {
      board.send({ type: 'sensor_data', sensor_type: 'climate', data, age_ms })
      for (const sensor_type of inherited)
        for (const value of [5, 7]) board.send({ type: 'sensor_data', sensor_type, data: value, age_ms })
    }
    await board.settled()
    const id = await board.id()
    const names = async (where: TestGateway) => {
      // It reads twice: by the second time, late readings have been merged with those on disk.
      await readEverything(where, id)
      await readEverything(where, id)
      const { body } = await where.api('GET', `/api/devices/${id}/telemetry?range=24h`)
      return body.series as Record<string, number[][]>
    }
    const before = await names(gateway)
    for (const word of inherited) {
      expect([word, Object.hasOwn(before, word), Object.hasOwn(before, `climate.${word}`)]).toEqual([word, true, true])
      for (const [, average, least, greatest] of before[word]!)
        expect([word, average, least, greatest]).toEqual([word, expect.any(Number), 5, 7])
    }
    await Promise.all([board, camera].map(each => each[Symbol.asyncDispose]()))
    await gateway.stop()
    gateway = await startGateway({ dataDir })
    expect(Object.keys(await names(gateway)).sort()).toEqual(Object.keys(before).sort())
    board = await Board.active(gateway, { acknowledges: true })
    camera = await Board.active(gateway, { kind: 'esp32cam' })
  })

  it('is a message, a field or a value like any other', async () => {
    const fields = [
      ...['type', 'level', 'message', 'device', 'version', 'timestamp', 'uptime', 'memory_free', 'free_heap', 'rssi'],
      ...['status', 'command_type', 'command', 'servo1_angle', 'reset_reason', 'zone', 'size', 'fps', 'takenAt'],
      ...['sensor_type', 'data', 'age_ms', 'sequence', 'state', 'event', 'diagnosis', 'facts', 'library', 'by', 'act'],
    ]
    const types = ['connect', 'connection', 'log', 'ack', 'sensor_data', 'servo', 'time', 'heartbeat', 'frame', 'ping']
    for (const each of [board, camera]) {
      for (const word of inherited) {
        each.send({ type: word, [word]: word })
        each.send(`{"type":"log","message":"${word}","${word}":{"${word}":1}}`)
        each.send({ type: 'time', zone: word })
      }
      for (const type of types)
        each.send({ type, ...Object.fromEntries(fields.slice(1).map(field => [field, unwritable])) })
      for (const field of fields) each.send({ type: 'log', [field]: unwritable })
      await each.sendFrame(jpeg())
      await each.settled()
      await readEverything(gateway, await each.id())
    }
    const { body } = await board.api('GET', '/telemetry?range=15m')
    expect(body.status).not.toBe('error')
  })

  it('is a header like any other: a type, an id, a version, a protocol, a language, a cookie, a name', async () => {
    for (const word of inherited) {
      const headers = {
        'x-device-type': word,
        'x-device-version': word,
        'user-agent': word,
        'accept-language': word,
        cookie: `${word}=${word}; __proto__=1; session=${word}`,
        [word]: word,
      }
      await using admitted = await Board.connect(gateway, { path: '/ws', headers, protocols: [word], deviceId: word })
      await admitted.next('connection_ack')
      expect(admitted.ws.protocol).toBe(word)
      const from = `127.0.4.${inherited.indexOf(word)}`
      expect((await refusal(gateway, { token: word, headers, deviceId: word, from })).status).toBe(401)
      const { json } = await ask(gateway, 'GET', '/api/devices', { headers: { ...headers, authorization: word } })
      expect(json.code).toBe('key_missing')
    }
    expect((await gateway.api('GET', '/api/refusals')).status).toBe(200)
  })

  it('is no path, and a page’s file by no ending', async () => {
    for (const word of inherited)
      for (const path of [`/${word}`, `/ws/${word}`, `/assets/x.${word}`, `/assets/${word}`, `/api/${word}`])
        expect([path, (await ask(gateway, 'GET', path)).status]).toEqual([path, 404])
    const refusals = inherited.map(async (word, index) => {
      // Each request comes from an address of its own, because repeated rejections of one address are delayed.
      const headers = bearer(gateway.ownerKey)
      const ws = new WebSocket(`${gateway.wsUrl}/ws/view/${word}`, { headers, localAddress: `127.0.3.${index}` })
      const refused = await new Promise(resolve => {
        ws.on('error', () => {})
        ws.on('unexpected-response', (_request, response) => resolve(response.statusCode))
        ws.on('open', () => resolve('open'))
      })
      ws.terminate()
      expect([word, refused]).toEqual([word, 404])
    })
    await Promise.all(refusals)
  })

  it('is an error of the asker in every query, body and identifier, and changes nobody’s prototype', async () => {
    const id = await board.id()
    const query = inherited.map(word => `${word}=${word}&${word}=2`).join('&')
    const filters = ['kind', 'state', 'device', 'range', 'cursor', 'tag', 'limit'].map(name => `${name}=__proto__`)
    const bodies = [
      `{${inherited.map(word => `"${word}":{"polluted":true}`).join(',')},"kind":"pico"}`,
      '{"mode":"__proto__","role":"constructor","kind":"toString","tags":["__proto__"],"action":{"toString":1}}',
      '{"__proto__":"__proto__","action":"constructor","name":{"toString":1},"email":{"valueOf":1}}',
    ]
    for (const name of routeNames) {
      const [method = '', template = ''] = name.split(' ')
      if (/backup|stream|simulated|sign-out/.test(template)) continue
      const path = template.replace('/devices/{id}', `/devices/${id}`).replaceAll(/\{\w+\}/g, '__proto__')
      if (method === 'DELETE' && path.includes(id)) continue
      const asked = method === 'GET' ? [`?${query}`, ...filters.map(filter => `?${filter}`)] : ['']
      for (const search of asked)
        for (const body of method === 'GET' || method === 'DELETE' ? [undefined] : bodies) {
          const { status } = await ask(gateway, method, path + search, {
            headers: { ...bearer(gateway.ownerKey), 'content-type': 'application/json' },
            body,
          })
          // 503 is allowed because the dashboard may not be built on this machine.
          expect([name, search, body, status < 500 || status === 503]).toEqual([name, search, body, true])
        }
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    await readEverything(gateway, id)
  })
})
