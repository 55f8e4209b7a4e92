import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'
import { ask } from './ask.ts'

describe('GET /public/tokens', () => {
  it('answers everybody, in exactly the shape that boards know, and nobody keeps the answer', async () => {
    await using gateway = await startGateway()
    const { status, json, headers } = await ask(gateway, 'GET', '/public/tokens')
    expect(status).toBe(200)
    expect(headers['cache-control']).toBe('no-store')
    expect(json).toEqual({
      status: 'success',
      pico_tokens: [expect.stringMatching(/^[A-Za-z0-9_.-]{1,96}$/)],
      esp32cam_tokens: [expect.stringMatching(/^[A-Za-z0-9_.-]{1,96}$/)],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      message: "Use these tokens in the Authorization header as 'Bearer <token>'",
    })
    expect(Object.keys(json)).toEqual(['status', 'pico_tokens', 'esp32cam_tokens', 'timestamp', 'message'])
  })

  it('gives new tokens each time, and stores nothing for them', async () => {
    await using gateway = await startGateway()
    const seen = new Set<string>()
    for (let count = 0; count < 20; count++) {
      const { json } = await ask(gateway, 'GET', '/public/tokens')
      seen.add(json.pico_tokens[0]).add(json.esp32cam_tokens[0])
    }
    expect(seen.size).toBe(40)
    expect((await gateway.api('GET', '/api/devices')).body.devices).toEqual([])
  })

  it('opens the door of its kind', async () => {
    await using gateway = await startGateway()
    const { json } = await ask(gateway, 'GET', '/public/tokens')
    await using board = await Board.connect(gateway, { token: json.pico_tokens[0] })
    await board.next('connection_ack')
    expect((await board.device()).state).toBe('pending')
  })

  it('slows down an address that asks for very many, and says for how long', async () => {
    await using gateway = await startGateway({
      limits: { mintsPerMinute: 60, mintBurst: 5 },
      trustedProxies: ['127.0.0.1'],
    })
    const from = (address: string) => ask(gateway, 'GET', '/public/tokens', { headers: { 'x-forwarded-for': address } })
    for (let count = 0; count < 5; count++) expect((await from('203.0.113.7')).status).toBe(200)
    const slowed = await from('203.0.113.7')
    expect([slowed.status, slowed.json.code, slowed.headers['retry-after']]).toEqual([429, 'rate_limited', '1'])
    expect((await from('203.0.113.8')).status).toBe(200)
  })

  it('knows an address by what its own proxy said last, on whichever line', async () => {
    await using gateway = await startGateway({ limits: { mintBurst: 1 }, trustedProxies: ['127.0.0.1'] })
    const claiming = (forged: string) =>
      ask(gateway, 'GET', '/public/tokens', { headers: { 'x-forwarded-for': [forged, '203.0.113.7'] } })
    expect((await claiming('198.51.100.1')).status).toBe(200)
    expect((await claiming('198.51.100.2')).status).toBe(429)
  })

  it('counts a whole IPv6 network as one address', async () => {
    await using gateway = await startGateway({ limits: { mintBurst: 2 }, trustedProxies: ['127.0.0.1'] })
    const from = (address: string) => ask(gateway, 'GET', '/public/tokens', { headers: { 'x-forwarded-for': address } })
    expect((await from('2001:db8::1')).status).toBe(200)
    expect((await from('2001:db8::2')).status).toBe(200)
    expect((await from('2001:db8::3')).status).toBe(429)
    expect((await from('2001:db8:0:1::1')).status).toBe(200)
  })

  it('gives none while enrolment is closed', async () => {
    await using gateway = await startGateway({ enrolment: 'closed' })
    const { status, json } = await ask(gateway, 'GET', '/public/tokens')
    expect([status, json.code]).toEqual([403, 'enrolment_closed'])
  })

  it('may be read by a page of any site, without credentials', async () => {
    await using gateway = await startGateway()
    const { headers } = await ask(gateway, 'GET', '/public/tokens', { headers: { origin: 'https://board.example' } })
    expect(headers['access-control-allow-origin']).toBe('*')
    expect(headers['access-control-allow-credentials']).toBeUndefined()
    expect(headers['cross-origin-resource-policy']).toBe('cross-origin')
  })

  it('has a head', async () => {
    await using gateway = await startGateway()
    const { status, headers, bytes } = await ask(gateway, 'HEAD', '/public/tokens')
    expect([status, headers['cache-control'], bytes.length]).toEqual([200, 'no-store', 0])
  })
})
