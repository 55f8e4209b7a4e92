import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, basic, bearer } from '../http/ask.ts'
import { firstOwner, type PersonClient } from '../people/person-client.ts'
import { Board, refusal } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { jpeg } from '../support/jpeg.ts'
import { RawClient } from '../support/raw.ts'

/* Clients that claim to be another board, address or host, and unusual requests for a part of a file. */

const shared = 'fleet-token-of-forty-characters-0123456789'
let gateway: TestGateway
let owner: PersonClient
let camera: Board
beforeAll(async () => {
  gateway = await startGateway({ sharedTokens: { pico: [shared] }, limits: { handshakeTimeoutMs: 700 } })
  owner = await firstOwner(gateway)
  camera = await Board.active(gateway, { kind: 'esp32cam' })
  await camera.sendFrame(jpeg())
  await camera.settled()
})
afterAll(async () => {
  await camera[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
})

const devices = async () =>
  (await gateway.api('GET', '/api/devices?limit=1000')).body.devices as {
    id: string
    kind: string
    state: string
    online: boolean
  }[]

describe('a board that says to be another', () => {
  it('by its X-Device-ID is a device of its own credential, whatever others are called', async () => {
    const victim = await Board.active(gateway, { deviceId: 'victim' })
    const id = await victim.id()
    const ways = [
      { deviceId: 'victim' },
      { deviceId: 'victim', token: shared },
      { deviceId: 'victim', kind: 'esp32cam' as const },
      { deviceId: id },
      { deviceId: `victim, ${id}` },
    ]
    for (const way of ways) {
      await using impostor = await Board.connect(gateway, { ...way, from: '127.0.5.1' })
      await impostor.next('connection_ack')
      impostor.send({ type: 'sensor_data', sensor_type: 'forged', data: { value: 1 } })
      impostor.send({ type: 'connect', device: 'victim', device_id: id, deviceId: id })
      await impostor.settled()
    }
    // The victim keeps its connection, no message was stored in its name, and only the victim receives its commands.
    await victim.settled()
    const { body } = await gateway.api('GET', `/api/journal?device=${id}&limit=500`)
    expect(JSON.stringify(body.entries)).not.toContain('forged')
    expect((await devices()).find(device => device.id === id)).toMatchObject({ state: 'active', online: true })
    await victim[Symbol.asyncDispose]()
  })

  it('by a token of another kind, a key, a cookie or half a token gets in nowhere', async () => {
    const picoToken = await gateway.mint('pico')
    const cookie = decodeURIComponent(owner.cookies.get('darvaza.session_token')!)
    const wrong: [token: string, path: string][] = [
      [picoToken, '/ws/esp32cam'],
      [shared, '/ws/esp32cam'],
      [camera.token!, '/ws/pico'],
      [gateway.ownerKey, '/ws/pico'],
      [cookie, '/ws/pico'],
      [camera.token!.slice(0, -1), '/ws/esp32cam'],
      [camera.token!.replace(/.$/, last => (last === 'A' ? 'B' : 'A')), '/ws/esp32cam'],
      [camera.token!.toUpperCase(), '/ws/esp32cam'],
      [camera.token!.replace('dvz_c_', 'dvz_p_'), '/ws/pico'],
      [picoToken.replace('dvz_p_', 'dvz_c_'), '/ws/esp32cam'],
    ]
    const before = (await devices()).length
    for (const [index, [token, path]] of wrong.entries()) {
      // Each request comes from an address of its own, because repeated rejections of one address are delayed.
      const { status } = await refusal(gateway, { token, path, from: `127.0.6.${index + 1}` })
      expect([index, status]).toEqual([index, expect.toBeOneOf([401, 403])])
    }
    for (const token of [picoToken, shared, camera.token!])
      for (const headers of [bearer(token), basic(token), { cookie: `darvaza.session_token=${token}` }])
        expect((await ask(gateway, 'GET', '/api/devices', { headers })).status).toBe(401)
    expect(await devices()).toHaveLength(before)
  })
})

const forwarding = {
  'x-forwarded-for': '127.0.0.1, 10.0.0.1',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '443',
  'x-real-ip': '127.0.0.1',
  'x-client-ip': '127.0.0.1',
  'true-client-ip': '127.0.0.1',
  'cf-connecting-ip': '127.0.0.1',
  forwarded: 'for=127.0.0.1;host=evil.example;proto=https',
  via: '1.1 localhost',
}

describe('a visitor who forges where he comes from, or where he goes', () => {
  it('is counted by the address he has, and told no other one', async () => {
    await using board = await Board.connect(gateway, { headers: forwarding, from: '127.0.7.1' })
    await board.next('connection_ack')
    expect((await board.device()).address).toBe('127.0.7.1')
    const { body } = await gateway.api('GET', '/api/journal?kind=connection&limit=5')
    expect(body.entries[0].address).toBe('127.0.7.1')
  })

  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1@evil.example',
    '[::1',
    'a b',
    '',
    'x'.repeat(5_000),
    '../..',
    '<script>',
  ])('finds nothing of the host he names in any answer: %s', async host => {
    for (const path of ['/', '/api/devices', '/public/tokens', '/health', '/ws/pico', '/none']) {
      const { status, lines, bytes } = await ask(gateway, 'GET', path, { headers: { ...forwarding, host } })
      expect([path, status]).toEqual([path, expect.toSatisfy((code: number) => code < 500 || code === 503)])
      expect([path, lines.join('\n').includes('evil.example')]).toEqual([path, false])
      if (path !== '/ws/pico') expect(bytes.toString()).not.toContain('evil.example')
      expect(bytes.toString()).not.toContain('<script>')
    }
  })

  it('opens with no name of this machine what is for its own host alone', async () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'localhost:80']) {
      const { status } = await ask(gateway, 'POST', '/api/owner/reset', {
        headers: { ...forwarding, host },
        body: '{}',
      })
      expect([host, status]).toEqual([host, expect.toBeOneOf([401, 403, 404, 405])])
    }
    expect((await refusal(gateway, { token: null, headers: { host: 'localhost' }, from: '127.0.8.1' })).status).toBe(
      401,
    )
  })
})

describe('a part of something', () => {
  const ranges = [
    'bytes=0-0',
    'bytes=-1',
    'bytes=5-2',
    'bytes=0-18446744073709551615',
    `bytes=${'0-,'.repeat(2_000)}0-`,
    'lines=1-2',
  ]
  it.each(ranges)('is not given out of turn: %s', async range => {
    const whole = jpeg()
    const path = `/api/devices/${await camera.id()}/snapshot.jpg`
    for (const headers of [{ range }, { range, 'if-range': '"x"' }, { 'content-range': range }]) {
      const { status, bytes } = await ask(gateway, 'GET', path, {
        headers: { ...bearer(gateway.ownerKey), ...headers },
      })
      expect([status, bytes.length]).toEqual([200, whole.length])
    }
    for (const path of ['/gate.svg', '/assets/none.js', '/api/backup'])
      expect((await ask(gateway, 'GET', path, { headers: { range } })).status).toBeOneOf([200, 401, 404])
  })

  it('of a form is no body of the API, and is not read as one', async () => {
    const part = '--x\r\nContent-Disposition: form-data; name="mode"\r\n\r\nopen\r\n'
    const before = (await gateway.api('GET', '/api/enrolment')).body.mode
    for (const [type, body] of [
      ['multipart/form-data; boundary=x', `${part}--x--\r\n`],
      ['multipart/form-data; boundary=x', part.repeat(500)],
      ['multipart/form-data', `${part}--x--`],
      ['multipart/mixed; boundary="', '--'],
      ['application/x-www-form-urlencoded', 'mode=open&'.repeat(1_000)],
      ['application/json; charset=utf-16', '{"mode":"open"}x'],
    ] as const) {
      const { status } = await ask(gateway, 'PUT', '/api/enrolment', {
        headers: { ...bearer(gateway.ownerKey), 'content-type': type },
        body,
      })
      expect([type, status]).toEqual([type, expect.toBeOneOf([400, 413, 415])])
    }
    expect((await gateway.api('GET', '/api/enrolment')).body.mode).toBe(before)
  })

  it('is waited for by nobody for long, and a request that is no request is answered or closed', async () => {
    const head = 'Host: x\r\nContent-Type: application/json\r\n'
    const odd = [
      `POST /api/keys HTTP/1.1\r\n${head}Expect: 100-continue\r\nContent-Length: 10\r\n\r\n`,
      `POST /api/keys HTTP/1.1\r\n${head}Expect: the-unexpected\r\nContent-Length: 2\r\n\r\n{}`,
      `POST /api/keys HTTP/1.1\r\n${head}Content-Length: 99999999999999999999\r\n\r\n{}`,
      `POST /api/keys HTTP/1.1\r\n${head}Content-Length: -1\r\n\r\n{}`,
      `POST /api/keys HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nAuthorization: Bearer ${gateway.ownerKey}\r\n\r\n`,
      `POST /api/keys HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n`,
      'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n',
      'TRACE / HTTP/1.1\r\nHost: x\r\nCookie: secret=1\r\n\r\n',
      'GET http://evil.example/api/keys HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET * HTTP/1.1\r\nHost: x\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    ]
    const answers = odd.map(async request => {
      await using client = await RawClient.connect(gateway.port)
      await client.write(request)
      const answered = await Promise.race([
        client.answer(20_000).then(
          ({ status, body }) => ({ status, body }),
          () => ({ status: 0, body: '' }),
        ),
        client.ended(20_000).then(() => ({ status: 0, body: '' })),
      ])
      expect([request, answered.status]).toEqual([
        request,
        expect.toBeOneOf([0, 100, 400, 401, 404, 405, 408, 411, 413, 417]),
      ])
      expect(answered.body).not.toContain('secret=1')
      return answered
    })
    await Promise.all(answers)
    expect((await gateway.api('GET', '/health')).status).toBe(200)
  })
})
