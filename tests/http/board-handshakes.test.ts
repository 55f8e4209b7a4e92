import { rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FailureCode, failures } from '../../src/errors/errors.ts'
import { makeCertificates } from '../cli/support/certificates.ts'
import { overControlSocket, startGateway, type TestGateway, temporaryFolder } from '../support/gateway.ts'
import { ask, basic, bearer } from './ask.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ limits: { wrongKeyBurst: 3, wrongKeysPerMinute: 6 } })
  await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'roof' })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const owner = () => bearer(gateway.ownerKey)
const json = { 'content-type': 'application/json' }

describe('every answer', () => {
  it('is JSON that nobody keeps, guesses at or frames', async () => {
    for (const path of ['/health', '/api/devices', '/nowhere']) {
      const { headers } = await ask(gateway, 'GET', path, { headers: owner() })
      expect(headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  it('tells an error with its code, a sentence and a remedy, in English or Persian', async () => {
    const english = await ask(gateway, 'GET', '/nowhere')
    expect(english.json).toEqual({
      status: 'error',
      code: 'not_found',
      message: failures.not_found.message.en,
      hint: failures.not_found.hint.en,
    })
    const persian = await ask(gateway, 'GET', '/nowhere', { headers: { 'accept-language': 'fa-IR,fa;q=0.9,en;q=0.5' } })
    expect(persian.json).toMatchObject({ message: failures.not_found.message.fa, hint: failures.not_found.hint.fa })
  })

  it('says what this is to whoever finds it', async () => {
    const { status, json } = await ask(gateway, 'GET', '/')
    expect(status).toBe(200)
    expect(json).toMatchObject({ name: 'Darvaza', tokens: '/public/tokens' })
  })

  it('says whether it runs, and whether it takes work', async () => {
    const { status, json } = await ask(gateway, 'GET', '/health')
    expect([status, json]).toEqual([
      200,
      { status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+/), uptimeS: expect.any(Number) },
    ])
    expect((await ask(gateway, 'GET', '/ready')).json).toEqual({ status: 'ready' })
  })
})

describe('a request that leads nowhere', () => {
  it('is told which methods an address takes', async () => {
    const wrong = await ask(gateway, 'DELETE', '/api/journal')
    expect([wrong.status, wrong.json.code, wrong.headers.allow]).toEqual([
      405,
      'method_not_allowed',
      'GET, HEAD, OPTIONS',
    ])
    const options = await ask(gateway, 'OPTIONS', '/api/devices/roof')
    expect([options.status, options.headers.allow]).toEqual([204, 'GET, PATCH, DELETE, HEAD, OPTIONS'])
  })

  it.each(['/ws', '/ws/pico', '/ws/esp32cam', '/ws/view/roof'])('is told that %s speaks WebSocket', async path => {
    const { status, json, headers } = await ask(gateway, 'GET', path, { headers: owner() })
    expect([status, json.code, headers.upgrade]).toEqual([426, 'upgrade_required', 'websocket'])
  })

  it.each(['/%', '/api/devices/%zz', '/%00', '/api/devices/%2e%2e%2f', '//', '/?'])('survives %s', async path => {
    expect((await ask(gateway, 'GET', path, { headers: owner() })).status).toBeLessThan(500)
  })

  it('answers a Host that is none with a reason', async () => {
    const { status, json } = await ask(gateway, 'GET', '/health', { headers: { host: 'a b' } })
    expect([status, json.code]).toEqual([400, 'invalid_request'])
  })
})

describe('a body', () => {
  const patch = (body: string | Buffer, headers = {}) =>
    ask(gateway, 'PATCH', '/api/devices/roof', { headers: { ...owner(), ...json, ...headers }, body })

  it('that is no JSON is refused', async () => {
    const { status, json } = await patch('{"name":')
    expect([status, json.code]).toEqual([400, 'invalid_json'])
  })

  it('that does not say it is JSON is refused', async () => {
    const { status, json } = await patch('{"name":"roof"}', { 'content-type': 'text/plain' })
    expect([status, json.code]).toEqual([400, 'invalid_json'])
  })

  it('with wrong parts is refused with each of them', async () => {
    const { status, json } = await patch('{"tags":["a b"],"naem":"x"}')
    expect([status, json.code]).toEqual([400, 'invalid_request'])
    expect(json.issues).toEqual([
      { path: 'tags.0', message: expect.stringContaining('white space') },
      { path: '', message: expect.stringContaining('naem') },
    ])
  })

  it('has its wrong parts told in Persian to who reads Persian', async () => {
    const { json } = await patch('{"naem":"x"}', { 'accept-language': 'fa' })
    expect(json.issues[0].message).toMatch(/[آ-ی]/)
  })

  it.each([
    ['with its length', {}],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('of more than 64 KiB is refused, sent %s', async (_how, headers) => {
    const { status, json } = await patch(Buffer.alloc(70_000, ' '), headers)
    expect([status, json.code]).toEqual([413, 'body_too_large'])
  })

  it('in chunks is read like any other', async () => {
    const { status, json } = await patch('{"tags":["x"]}', { 'transfer-encoding': 'chunked' })
    expect([status, json.device.tags]).toEqual([200, ['x']])
  })

  it('that may be left out may be left out', async () => {
    const { status } = await ask(gateway, 'POST', '/api/devices/roof/block', { headers: owner() })
    expect(status).toBe(200)
    expect((await ask(gateway, 'POST', '/api/devices/roof/restore', { headers: owner() })).status).toBe(200)
  })
})

describe('a key', () => {
  it('that is missing is asked for by the scheme that serves', async () => {
    const api = await ask(gateway, 'GET', '/api/devices')
    expect([api.status, api.json.code, api.headers['www-authenticate']]).toEqual([401, 'key_missing', 'Bearer'])
    const watch = await ask(gateway, 'GET', '/api/devices/roof/snapshot.jpg')
    expect(watch.status).toBe(401)
    // Each scheme has a line of its own, because browsers understand neither if both stand on one line.
    expect(watch.lines.filter(line => /^www-authenticate/i.test(line))).toEqual([
      'WWW-Authenticate: Basic realm="Darvaza"',
      'WWW-Authenticate: Bearer',
    ])
  })

  it('serves as the password of a video player, and only where one watches', async () => {
    const watch = await ask(gateway, 'GET', '/api/devices/roof/snapshot.jpg', { headers: basic(gateway.ownerKey) })
    expect([watch.status, watch.json.code]).toEqual([404, 'no_frame'])
    const api = await ask(gateway, 'GET', '/api/devices/roof', { headers: basic(gateway.ownerKey) })
    expect([api.status, api.json.code]).toEqual([401, 'key_missing'])
  })

  it('that a browser repeats for another site does not serve', async () => {
    const headers = { ...basic(gateway.ownerKey), origin: 'https://evil.example' }
    const { status, json } = await ask(gateway, 'GET', '/api/devices/roof/snapshot.jpg', { headers })
    expect([status, json.code]).toEqual([403, 'foreign_origin'])
  })

  it('ends with its time', async () => {
    const key = await gateway.key('viewer', { expiresInS: 1 })
    expect((await gateway.api('GET', '/api/devices', undefined, { key })).status).toBe(200)
    await expect
      .poll(async () => (await gateway.api('GET', '/api/devices', undefined, { key })).body.code, { timeout: 10_000 })
      .toBe('key_expired')
  })

  it('that nobody made is slowed down, and one that somebody made is not', async () => {
    const guess = () => ask(gateway, 'GET', '/api/devices', { headers: bearer('dvz_k_guess') })
    await expect.poll(async () => (await guess()).status).toBe(429)
    const { json, headers } = await guess()
    expect([json.code, headers['retry-after']]).toEqual(['rate_limited', '10'])
    expect((await ask(gateway, 'GET', '/api/devices', { headers: owner() })).status).toBe(200)
  })

  it('that was refused is in the journal, and nothing of it', async () => {
    await using fresh = await startGateway()
    const secret = 'dvz_k_this-is-a-secret-that-somebody-mistyped'
    await ask(fresh, 'GET', `/api/devices/${secret}`, { headers: bearer(secret) })
    const { body } = await fresh.api('GET', '/api/journal?kind=refusal')
    expect(body.entries[0]).toMatchObject({
      kind: 'refusal',
      address: '127.0.0.1',
      text: 'refused at GET /api/devices/{id}: key_unknown',
    })
    expect(JSON.stringify(body)).not.toContain('this-is-a-secret')
  })
})

describe('another site', () => {
  const order = (headers: Record<string, string>) =>
    ask(gateway, 'POST', '/api/devices/roof/confirm', { headers: { host: 'gate.example', ...headers } })

  it('changes nothing in a visitor’s name', async () => {
    const { status, json } = await order({ origin: 'https://evil.example' })
    expect([status, json.code]).toEqual([403, 'foreign_origin'])
  })

  it('may show its own key, for no browser sends that by itself', async () => {
    expect((await order({ origin: 'https://friend.example', ...owner() })).json.code).toBe('wrong_state')
  })

  it('is told apart from the gateway’s own pages', async () => {
    expect((await order({ origin: 'http://gate.example' })).json.code).toBe('key_missing')
  })
})

describe('with an encrypted listener', () => {
  it('boards stay on the plain one, and operators are sent away', async () => {
    using certificates = makeCertificates()
    const folder = await temporaryFolder()
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    await writeFile(certFile, certificates.good.cert)
    await writeFile(keyFile, certificates.good.key)
    await using gateway = await startGateway({ tls: { port: 0, certFile, keyFile } })
    const code = async (path: string) =>
      (await ask(gateway, 'GET', path, { headers: bearer(gateway.ownerKey) })).json?.code
    const refused: FailureCode = 'tls_required'
    expect(await code('/api/devices')).toBe(refused)
    expect(await code('/metrics')).toBe(refused)
    expect(await code('/api/devices/roof/snapshot.jpg')).toBe(refused)
    for (const path of ['/public/tokens', '/health', '/ready']) expect(await code(path)).toBeUndefined()
    const { status, headers } = await ask(gateway, 'GET', '/', {
      headers: { accept: 'text/html', host: 'gate.example:3000' },
    })
    expect(status).toBe(302)
    expect(headers.location).toMatch(/^https:\/\/gate\.example:\d+\/$/)
    expect(headers.location).not.toContain(`:${gateway.port}`)
    expect((await overControlSocket(gateway.dataDir, 'GET', '/api/devices')).status).toBe(200)
    const secure = await new Promise<number | undefined>((resolve, reject) =>
      request(
        new URL('/api/devices', headers.location),
        { hostname: '127.0.0.1', ca: certificates.root, servername: 'localhost', headers: bearer(gateway.ownerKey) },
        response => resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end(),
    )
    expect(secure).toBe(200)
    await rm(folder, { recursive: true })
  })
})
