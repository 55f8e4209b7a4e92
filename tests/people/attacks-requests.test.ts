import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type RouteName, routeNames, routes } from '../../src/transports/access-table.ts'
import { ask, basic, bearer } from '../http/ask.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { jpeg } from '../support/jpeg.ts'
import { RawClient } from '../support/raw.ts'
import { firstOwner, guest, type PersonClient } from './person-client.ts'

/* Attacks with requests from other sites and by signed-in people, on a running gateway. SECURITY.md lists them. */

let gateway: TestGateway
let owner: PersonClient
let camera: Board
let own: string
let foreign: string
beforeAll(async () => {
  gateway = await startGateway({ limits: { guessBurst: 10_000, entryBurst: 10_000, handshakeTimeoutMs: 700 } })
  owner = await firstOwner(gateway)
  camera = await Board.active(gateway, { kind: 'esp32cam' })
  camera.ws.send(jpeg())
  own = await camera.id()
  foreign = (await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'other-board' })).body.device.id
})
afterAll(async () => {
  await camera[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
})

const isPublic = (name: RouteName) =>
  routes[name].action.startsWith('public.') && routes[name].action !== 'public.enter'

describe('another site', () => {
  /** Content types that a form, an <img>, a beacon or `no-cors` can send without a CORS preflight request. */
  const simple = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', '']
  it.each(simple)('changes nothing with its visitors’ cookies and a body of type "%s"', async type => {
    for (const name of routeNames.filter(each => !each.startsWith('GET ') && !isPublic(each))) {
      const [method = '', path = ''] = name.split(' ')
      for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${gateway.port + 1}`]) {
        const { status, json } = await ask(gateway, method, path.replace('/devices/{id}', `/devices/${own}`), {
          headers: { cookie: owner.cookie, origin, ...(type && { 'content-type': type }) },
          body: '{"mode":"open"}',
        })
        expect([name, origin, status, json?.code]).toEqual([name, origin, 403, 'foreign_origin'])
      }
    }
  })

  it.each([
    'http://127.0.0.1:PORT.evil.example',
    'http://127.0.0.1:PORT@evil.example',
    'http://evil.example:PORT',
    'http://localhost:PORT',
    'http://127.0.0.1',
    'http://127.0.0.1:PORT, http://evil.example',
    'file://',
    'data:text/html,x',
    '127.0.0.1:PORT',
    'NULL',
  ])('is told from the gateway’s own although it calls itself %s', async said => {
    const origin = said.replace('PORT', String(gateway.port))
    const { status } = await owner.ask('PUT', '/api/enrolment', { mode: 'open' }, { origin })
    expect(status).toBe(403)
    await using page = owner.dashboard({ origin })
    expect(await page.refused).toBe(403)
  })

  it('makes no browser fetch the house, by a link or a window of its own; a link to a picture works', async () => {
    const get = async (path: string, mode: string) => {
      const from = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode, 'sec-fetch-dest': 'document' }
      return (await ask(gateway, 'GET', path, { headers: { ...from, cookie: owner.cookie } })).status
    }
    for (const path of ['/api/backup', '/api/journal', '/api/people', '/api/devices', `/api/devices/${own}`]) {
      for (const mode of ['navigate', 'no-cors', 'cors', 'same-origin'])
        expect([path, mode, await get(path, mode)]).toEqual([path, mode, 403])
    }
    const picture = `/api/devices/${own}/snapshot.jpg`
    expect([await get(picture, 'navigate'), await get(picture, 'no-cors')]).toEqual([200, 403])
  })

  it('whose name was made to mean this gateway’s address has no cookie here, and gets nothing without one', async () => {
    const rebound = { host: 'evil.example', origin: 'http://evil.example' }
    for (const name of routeNames.filter(
      each => each.startsWith('GET /api/') && routes[each].action !== 'public.enter',
    )) {
      const { status } = await ask(gateway, 'GET', name.slice(4).replace('{id}', own), { headers: rebound })
      expect([name, status]).toEqual([name, 401])
    }
    const ws = new WebSocket(`${gateway.wsUrl}/ws/dashboard`, { headers: rebound })
    const status = await new Promise(resolve => {
      ws.on('error', () => {})
      ws.on('unexpected-response', (_request, response) => resolve(response.statusCode))
    })
    ws.terminate()
    expect(status).toBe(401)
  })

  it('reads nothing by CORS, and frames nothing', async () => {
    for (const path of ['/api/devices', '/api/me', `/api/devices/${own}/snapshot.jpg`, '/', '/settings/people']) {
      const { headers } = await ask(gateway, 'GET', path, {
        headers: { cookie: owner.cookie, origin: 'https://evil.example', accept: 'text/html' },
      })
      expect([path, headers['access-control-allow-origin']]).toEqual([path, undefined])
      expect([path, headers['content-security-policy']]).toEqual([
        path,
        expect.stringContaining("frame-ancestors 'none'"),
      ])
      expect([path, headers['cross-origin-resource-policy']]).toEqual([path, 'same-origin'])
      expect([path, headers['x-content-type-options']]).toEqual([path, 'nosniff'])
    }
  })
})

describe('a path or a method', () => {
  it.each([
    '//api/devices',
    '/api//devices',
    '/API/devices',
    '/api/%64evices',
    '/api/devices/',
    '/api/devices/.',
    '/gate/../api/devices',
    '/gate/..%2fapi/devices',
    '/assets/..%2f..%2fapi%2fdevices',
    '/api/devices;x=1',
    '/api/devices%00',
    '/api/devices%20',
    '/api/devices?x=/public/tokens',
    '/public/tokens/../../api/devices',
    '/public/tokens/..;/api/devices',
    'http://127.0.0.1/api/devices',
  ])('opens nothing to nobody: %s', async path => {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const { status, bytes } = await ask(gateway, method, path)
      expect([method, status]).toEqual([method, expect.toBeOneOf([400, 401, 404, 405])])
      expect(bytes.toString()).not.toContain(own)
    }
  })

  it('does not reach around grants', async () => {
    const fenced = await guest(owner, 'operator', [own])
    const at = encodeURIComponent(foreign).replace('d', '%64')
    for (const id of [
      at,
      foreign.toUpperCase(),
      ` ${foreign}`,
      `${foreign}%20`,
      `${foreign}%00`,
      `${own}%2f..%2f${foreign}`,
    ])
      expect([id, (await fenced.ask('GET', `/api/devices/${id}`)).status]).toEqual([id, 404])
    for (const id of ['__proto__', 'constructor', 'toString', '..', '%2e%2e', '*', '%25', '%E0%A4%A'])
      expect([id, (await owner.ask('GET', `/api/devices/${id}/telemetry`)).status]).toEqual([
        id,
        expect.toBeOneOf([400, 404]),
      ])
  })

  it('is what it is, whatever a header or the query calls it', async () => {
    const viewer = await guest(owner, 'viewer')
    for (const header of ['x-http-method-override', 'x-method-override', 'x-http-method', '_method']) {
      const { body } = await owner.ask('GET', `/api/devices/${foreign}?_method=DELETE`, undefined, {
        headers: { [header]: 'DELETE' },
      })
      expect(body.device.state).toBe('active')
    }
    for (const header of ['x-original-url', 'x-rewrite-url', 'x-forwarded-prefix', 'x-user', 'x-remote-user']) {
      const { status } = await viewer.ask('GET', '/api/people', undefined, { headers: { [header]: '/api/me' } })
      expect([header, status]).toEqual([header, 403])
    }
  })

  it('that is unusual gets an answer and nothing else', async () => {
    for (const method of ['OPTIONS', 'TRACE', 'PROPFIND', 'MKCOL', 'PURGE', 'DELETE']) {
      for (const path of ['/api/devices', '/api/backup', '/ws/dashboard', '/']) {
        const { status, bytes } = await ask(gateway, method, path, { headers: { cookie: owner.cookie } })
        expect([method, path, status]).toEqual([method, path, expect.toBeOneOf([204, 404, 405, 426])])
        expect(bytes.toString()).not.toContain(own)
      }
    }
  })
})

describe('a credential', () => {
  it('as Basic opens pictures and nothing else', async () => {
    for (const name of routeNames.filter(each => !isPublic(each) && routes[each].action !== 'public.enter')) {
      const [method = '', path = ''] = name.split(' ')
      const { status } = await ask(gateway, method === 'GET' ? 'HEAD' : method, path.replace('{id}', own), {
        headers: basic(gateway.ownerKey),
        body: method === 'GET' ? undefined : '{}',
      })
      if ('basic' in routes[name]) expect([name, status]).toEqual([name, 200])
      else expect([name, status]).toEqual([name, 401])
    }
  })

  it('in the address opens nothing', async () => {
    for (const query of ['token', 'key', 'access_token', 'api_key', 'auth', 'session'])
      expect((await ask(gateway, 'GET', `/api/devices?${query}=${gateway.ownerKey}`)).status).toBe(401)
    const token = decodeURIComponent(owner.cookies.get('darvaza.session_token')!)
    expect((await ask(gateway, 'GET', '/api/devices', { headers: bearer(token) })).status).toBe(401)
  })

  it('with grants approves, blocks and steers nobody else’s board', async () => {
    await using waiting = await Board.connect(gateway)
    await waiting.next('connection_ack')
    const id = await waiting.id()
    const key = await gateway.key('operator', { grants: [own] })
    for (const act of ['approve', 'block', 'servo', 'action', 'restore', 'token/rotate']) {
      const { status, body } = await gateway.api('POST', `/api/devices/${id}/${act}`, {}, { key })
      expect([act, status, body.code]).toEqual([act, 404, 'device_not_found'])
    }
    expect((await waiting.device()).state).toBe('pending')
  })

  it('is not lent by whoever stands in front and is not trusted', async () => {
    const { headers } = await owner.ask('POST', '/api/auth/sign-in/email', undefined, {
      headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' },
    })
    expect(headers.get('set-cookie') ?? '').not.toContain('__Secure-')
    const { body } = await owner.ask(
      'POST',
      '/api/people',
      { name: 'A', email: 'xfh@example.org', role: 'viewer' },
      {
        headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      },
    )
    expect(body.invitation).toMatch(new RegExp(`^${gateway.url}/invite#`))
    for (const header of ['x-forwarded-for', 'x-real-ip', 'forwarded'])
      expect(
        (await ask(gateway, 'GET', '/api/keys', { headers: { [header]: '127.0.0.1', host: 'localhost' } })).status,
      ).toBe(401)
  })
})

describe('a body', () => {
  it('leaves no trace in the prototypes of things, and gives nobody a role', async () => {
    const viewer = await guest(owner, 'viewer')
    const poison =
      '{"__proto__":{"role":"owner","grants":null,"polluted":true},"constructor":{"prototype":{"polluted":true}}}'
    for (const name of routeNames.filter(each => !each.startsWith('GET ') && !each.includes('/sign-out'))) {
      const [method = '', path = ''] = name.split(' ')
      if (path.includes('revoke') || method === 'DELETE' || path.includes('simulated')) continue
      const { status } = await ask(gateway, method, path.replace('{id}', own), {
        headers: { cookie: viewer.cookie, origin: gateway.url, 'content-type': 'application/json' },
        body: poison,
      })
      expect([name, status]).not.toEqual([name, 500])
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect((await viewer.ask('GET', '/api/me')).body.person.role).toBe('viewer')
    camera.send(`{"type":"log","message":"x","__proto__":{"polluted":true}}`)
    await camera.settled()
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('that is huge, endless or deep is refused early, and the next request is answered', async () => {
    const headers = { cookie: owner.cookie, origin: gateway.url, 'content-type': 'application/json' }
    const huge = await ask(gateway, 'POST', '/api/people', { headers, body: Buffer.alloc(1_000_000, 'a') })
    expect(huge.status).toBe(413)
    const deep = await ask(gateway, 'POST', '/api/people', { headers, body: '['.repeat(60_000) })
    expect(deep.status).toBe(400)
    const endless = request({
      host: '127.0.0.1',
      port: gateway.port,
      method: 'POST',
      path: '/api/people',
      headers,
      agent: false,
    })
    const answered = new Promise<number>((resolve, reject) => {
      endless.on('response', response => resolve(response.statusCode!))
      endless.on('error', reject)
    })
    // It stops at the first failed write: the callbacks of failing writes would otherwise block the event loop.
    const more = (error?: Error | null) => void (error || endless.write(Buffer.alloc(16_384, 'a'), more))
    more()
    expect(await answered).toBe(413)
    endless.destroy()
    expect((await owner.ask('GET', '/api/devices')).status).toBe(200)
  })

  it('that never ends does not hold its connection for ever', async () => {
    await using slow = await RawClient.connect(gateway.port)
    await slow.write(
      `POST /api/auth/sign-in/email HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"e`,
    )
    await slow.ended(20_000)
    await using slower = await RawClient.connect(gateway.port)
    await slower.write('GET /api/devices HTTP/1.1\r\nHost: x\r\nCookie: ')
    await slower.ended(20_000)
  })

  it('writes no line into a header, a name, a tag or a label', async () => {
    const broken = ['a\r\nSet-Cookie: x=1', 'a\nb', 'a\u0000b', 'a\u0085b', '\u001b[31mred']
    for (const text of broken) {
      const tries: [string, string, object][] = [
        ['PATCH', `/api/devices/${foreign}`, { name: text }],
        ['PATCH', `/api/devices/${foreign}`, { tags: [text] }],
        ['POST', '/api/keys', { role: 'viewer', label: text }],
        ['POST', '/api/people', { name: text, email: 'line@example.org', role: 'viewer' }],
        ['POST', `/api/devices/${foreign}/block`, { reason: text }],
      ]
      for (const [method, path, body] of tries) {
        const { status, headers } = await owner.ask(method, path, body)
        expect([path, body, status]).toEqual([path, body, 400])
        expect(headers.get('set-cookie')).toBeNull()
      }
    }
  })

  it('of odd cursors, filters and searches is an error of the asker', async () => {
    for (const query of [
      ...['cursor=x', 'cursor=W10', 'limit=0', 'limit=1e9', 'limit=-1', 'after=-1', 'kind=__proto__'],
      ...['since=never', 'device=../x', `q=${'a'.repeat(201)}`],
    ])
      expect([query, (await owner.ask('GET', `/api/journal?${query}`)).status]).toEqual([
        query,
        expect.toBeOneOf([400, 404]),
      ])
    for (const q of ["' or 1=1 --", '%25_%25', '*?[', ']]', '\\', '𐏑'.repeat(50)])
      expect((await owner.ask('GET', `/api/journal?q=${encodeURIComponent(q)}`)).status).toBe(200)
  })
})

describe('a page’s socket', () => {
  it('lives through whatever it is sent, or is closed alone', async () => {
    await using neighbour = owner.dashboard()
    await neighbour.heard(message => message.type === 'hello')
    await using page = owner.dashboard()
    await page.heard(message => message.type === 'hello')
    for (const text of [
      '',
      '[',
      '{"type":"__proto__"}',
      '['.repeat(100_000),
      '{"type":"watch","cameras":{"length":1e9}}',
    ])
      page.ws.send(text)
    page.say({ type: 'follow', journal: { device: '__proto__', kind: 'constructor' } })
    for (let count = 0; count < 200; count++) page.say({ type: 'steer', id: count, device: own, servo1: 1, servo2: 1 })
    page.say({ type: 'ping', id: 1 })
    await page.heard(message => message.type === 'pong')
    page.ws.send('x'.repeat(300_000))
    expect((await page.closed).code).toBe(1009)
    neighbour.say({ type: 'ping', id: 2 })
    await neighbour.heard(message => message.type === 'pong')
  })
})
