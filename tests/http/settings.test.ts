import { describe, expect, it } from 'vitest'
import { routeNames } from '../../src/transports/access-table.ts'
import { openApiDocument } from '../../src/transports/http/app.ts'
import { Board } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'
import { jpeg } from '../support/jpeg.ts'

describe('enrolment', () => {
  it('is read and changed, and whoever changed it is in the journal', async () => {
    await using gateway = await startGateway()
    const closed = { pairingUntil: null, boards: null, approved: null, waiting: 0 }
    expect((await gateway.api('GET', '/api/enrolment')).body).toEqual({ mode: 'approve', ...closed })
    const { status, body } = await gateway.api('PUT', '/api/enrolment', { mode: 'closed' })
    expect([status, body]).toEqual([200, { mode: 'closed', ...closed }])
    const { entries } = (await gateway.api('GET', '/api/journal?kind=act&limit=1')).body
    expect(entries[0]).toMatchObject({
      text: expect.stringMatching(/^key .* set enrolment to closed$/),
      data: { mode: 'closed' },
    })
  })

  it('opens a window for so many boards and so long, and counts who came', async () => {
    await using gateway = await startGateway()
    const before = Date.now()
    const { body } = await gateway.api('PUT', '/api/enrolment', { mode: 'pairing', seconds: 60, boards: 1 })
    expect(body).toMatchObject({ mode: 'pairing', boards: 1, approved: 0, waiting: 0 })
    expect(Date.parse(body.pairingUntil)).toBeGreaterThanOrEqual(before + 60_000)
    await using first = await Board.connect(gateway)
    await first.next('connection_ack')
    await using second = await Board.connect(gateway)
    await second.next('connection_ack')
    expect((await gateway.api('GET', '/api/enrolment')).body).toMatchObject({ approved: 1, waiting: 1 })
  })

  it('takes the end of the window as well as its length', async () => {
    await using gateway = await startGateway()
    const pairingUntil = new Date(Date.now() + 100_000).toISOString()
    const { body } = await gateway.api('PUT', '/api/enrolment', { mode: 'pairing', pairingUntil })
    expect(Math.abs(Date.parse(body.pairingUntil) - Date.parse(pairingUntil))).toBeLessThan(1_000)
    const past = await gateway.api('PUT', '/api/enrolment', { mode: 'pairing', pairingUntil: '2020-01-01T00:00:00Z' })
    expect([past.status, past.body.issues[0].path]).toEqual([400, 'pairingUntil'])
  })

  it.each([
    [{ mode: 'ajar' }, 'mode'],
    [{ mode: 'open', boards: 3 }, 'mode'],
    [{ mode: 'pairing', boards: 0 }, 'boards'],
    [{ mode: 'pairing', seconds: 60, pairingUntil: '2099-01-01T00:00:00Z' }, 'seconds'],
    [{}, 'mode'],
  ])('does not take %j', async (change, path) => {
    await using gateway = await startGateway()
    const { status, body } = await gateway.api('PUT', '/api/enrolment', change)
    expect([status, body.code, body.issues[0].path]).toEqual([400, 'invalid_request', path])
    expect((await gateway.api('GET', '/api/enrolment')).body.mode).toBe('approve')
  })
})

describe('keys', () => {
  it('are made with their secret shown once, listed without it, and ended at once', async () => {
    await using gateway = await startGateway()
    const made = await gateway.api('POST', '/api/keys', { role: 'viewer', label: 'wall screen', expiresInS: 3600 })
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      key: {
        id: expect.stringMatching(/^k_/),
        role: 'viewer',
        label: 'wall screen',
        grants: null,
        createdAt: expect.any(String),
        expiresAt: expect.any(String),
        person: null,
      },
      secret: expect.stringMatching(/^dvz_k_[\w-]{43}$/),
    })
    const { key, secret } = made.body
    expect(Date.parse(key.expiresAt) - Date.parse(key.createdAt)).toBe(3_600_000)
    const list = (await gateway.api('GET', '/api/keys')).body
    expect(list.keys).toContainEqual(key)
    expect(JSON.stringify(list)).not.toContain(secret)
    expect((await gateway.api('GET', '/api/devices', undefined, { key: secret })).status).toBe(200)
    expect((await gateway.api('DELETE', `/api/keys/${key.id}`)).body).toEqual({ key })
    expect((await gateway.api('GET', '/api/devices', undefined, { key: secret })).body.code).toBe('key_unknown')
    expect((await gateway.api('DELETE', `/api/keys/${key.id}`)).status).toBe(404)
  })

  it('are granted devices by id or name, and keep them when those are renamed', async () => {
    await using gateway = await startGateway()
    const { device } = (await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'before' })).body
    const { key, secret } = (await gateway.api('POST', '/api/keys', { role: 'viewer', grants: ['before', '#باغ'] }))
      .body
    expect(key.grants).toEqual([device.id, '#باغ'])
    await gateway.api('PATCH', '/api/devices/before', { name: 'after' })
    expect((await gateway.api('GET', '/api/devices/after', undefined, { key: secret })).status).toBe(200)
  })

  it.each([
    [{ role: 'king' }, 'role'],
    [{ role: 'viewer', grants: [] }, 'grants'],
    [{ role: 'viewer', grants: ['nobody'] }, 'grants.0'],
    [{ role: 'viewer', expiresInS: 0 }, 'expiresInS'],
    [{ role: 'viewer', label: ' ' }, 'label'],
  ])('are not made from %j', async (wish, path) => {
    await using gateway = await startGateway()
    const { status, body } = await gateway.api('POST', '/api/keys', wish)
    expect([status, body.code, body.issues[0].path]).toEqual([400, 'invalid_request', path])
  })
})

describe('metrics', () => {
  it('count what goes through the house, and tell nothing secret and no device apart', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway, { kind: 'esp32cam', deviceId: 'camera-with-a-name' })
    await board.sendFrame(jpeg())
    await board.sendBinary(Buffer.from('no picture'))
    await board.settled()
    const { status, body, headers } = await gateway.api('GET', '/metrics')
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    const value = (name: string) => Number(new RegExp(`^darvaza_${name} (.*)$`, 'm').exec(body)?.[1])
    expect(value('boards_online\\{kind="esp32cam"\\}')).toBe(1)
    expect(value('devices\\{state="active"\\}')).toBe(1)
    expect(value('frames_received_total')).toBe(1)
    expect(value('not_jpeg_total')).toBe(1)
    expect(value('handshakes_total')).toBe(1)
    expect(value('memory_bytes\\{part="rss"\\}')).toBeGreaterThan(1e7)
    expect(value('event_loop_delay_seconds\\{quantile="0.99"\\}')).toBeGreaterThanOrEqual(0)
    expect(body).not.toContain('camera-with-a-name')
    expect(body).not.toContain(await board.id())
    expect(body).not.toMatch(/dvz_/)
    for (const line of body.trim().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) darvaza_\w+ |darvaza_\w+(\{[^}]+\})? \S+$|$)/)
  })

  it('are counted for each gateway by itself, however often they are read', async () => {
    await using busy = await startGateway()
    await using idle = await startGateway()
    await using board = await Board.active(busy)
    await board.settled()
    const handshakes = async (gateway: typeof busy) =>
      /^darvaza_handshakes_total (.*)$/m.exec((await gateway.api('GET', '/metrics')).body)?.[1]
    expect(await handshakes(busy)).toBe('1')
    expect(await handshakes(busy)).toBe('1')
    expect(await handshakes(idle)).toBe('0')
  })
})

describe('the OpenAPI document', () => {
  it('describes every route of the access table, and is served', async () => {
    await using gateway = await startGateway()
    const { body } = await gateway.api('GET', '/api/openapi.json', undefined, { key: await gateway.key('viewer') })
    expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument())))
    const described = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map(method => `${method.toUpperCase()} ${path}`),
    )
    expect(described.sort()).toEqual([...routeNames].sort())
  })
})
