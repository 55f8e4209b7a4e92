import { describe, expect, it } from 'vitest'
import { Board, refusal } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'
import { journal } from '../support/journal.ts'
import { RawClient } from '../support/raw.ts'
import { everyByte, rowCounts } from './data-folder.ts'

/** Sends `GET /public/tokens` from an address of this machine. */
async function mintFrom(port: number, from: string, lines: string[] = []) {
  await using client = await RawClient.connect(port, { from })
  await client.write(['GET /public/tokens HTTP/1.1', 'Host: x', 'Connection: close', ...lines, '', ''].join('\r\n'))
  return await client.answer()
}

describe('minting', () => {
  it('needs no login, and answers in exactly the shape that boards know', async () => {
    await using gateway = await startGateway()
    const before = Date.now()
    const { status, body, headers } = await gateway.api('GET', '/public/tokens', undefined, { key: null })
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(Object.keys(body)).toEqual(['status', 'pico_tokens', 'esp32cam_tokens', 'timestamp', 'message'])
    expect(body).toEqual({
      status: 'success',
      pico_tokens: [expect.stringMatching(/^dvz_p_[A-Za-z0-9_.-]{1,90}$/)],
      esp32cam_tokens: [expect.stringMatching(/^dvz_c_[A-Za-z0-9_.-]{1,90}$/)],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      message: "Use these tokens in the Authorization header as 'Bearer <token>'",
    })
    expect(Date.parse(body.timestamp)).toBeGreaterThanOrEqual(before)
    expect(body.pico_tokens[0].length).toBeLessThanOrEqual(96)
  })

  it('gives everybody tokens of their own, and stores nothing for them', async () => {
    await using gateway = await startGateway()
    await journal(gateway)
    const before = rowCounts(gateway.dataDir)
    expect(before).toMatchObject({ devices: 0, tombstones: 0, keys: 1 })
    const tokens = new Set<string>()
    for (let count = 0; count < 100; count++) tokens.add(await gateway.mint(count % 2 ? 'pico' : 'esp32cam'))
    expect(tokens.size).toBe(100)
    await journal(gateway)
    expect(rowCounts(gateway.dataDir)).toEqual(before)
    await gateway.stop()
    const bytes = await everyByte(gateway.dataDir)
    expect([...tokens].filter(token => bytes.includes(token))).toEqual([])
  })

  it('is limited for each address, and says when to come back', async () => {
    await using gateway = await startGateway({ limits: { mintBurst: 3, mintsPerMinute: 30 } })
    for (let count = 0; count < 3; count++) expect((await mintFrom(gateway.port, '127.0.20.1')).status).toBe(200)
    const slowed = await mintFrom(gateway.port, '127.0.20.1')
    expect(slowed.status).toBe(429)
    expect(slowed.json()).toMatchObject({
      status: 'error',
      code: 'rate_limited',
      hint: expect.any(String),
    })
    expect(Number(slowed.header('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(Number(slowed.header('retry-after'))).toBeLessThanOrEqual(2)
    expect((await mintFrom(gateway.port, '127.0.20.2')).status).toBe(200)
  })

  it('counts a stranger by the address of the socket, whatever is forwarded', async () => {
    await using gateway = await startGateway({ limits: { mintBurst: 1 } })
    const forged = (count: number) => [`X-Forwarded-For: 203.0.113.${count}`, `Forwarded: for=203.0.113.${count}`]
    expect((await mintFrom(gateway.port, '127.0.20.3', forged(1))).status).toBe(200)
    expect((await mintFrom(gateway.port, '127.0.20.3', forged(2))).status).toBe(429)
  })

  it('does not limit who connects: tokens minted by one address open the door for many boards of another', async () => {
    await using gateway = await startGateway({ limits: { mintBurst: 20, refusalsHeldPerAddress: 1 } })
    const tokens = await Promise.all(Array.from({ length: 20 }, () => gateway.mint('pico')))
    expect((await mintFrom(gateway.port, '127.0.0.1')).status).toBe(429)
    const boards = await Promise.all(tokens.map(token => Board.connect(gateway, { token })))
    await Promise.all(boards.map(board => board.next('connection_ack')))
    for (const board of boards) await board[Symbol.asyncDispose]()
  })
})

describe('a claim', () => {
  it('is bound on its first use, once: whoever presents it is that one device from then on', async () => {
    await using gateway = await startGateway()
    const token = await gateway.mint('pico')
    const ids = new Set<string>()
    for (const deviceId of ['first', 'second', 'third']) {
      await using board = await Board.connect(gateway, { token, deviceId })
      await board.next('connection_ack')
      ids.add(await board.id())
    }
    expect(ids.size).toBe(1)
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    expect(devices).toHaveLength(1)
    expect(devices[0]).toMatchObject({ state: 'pending', source: 'claim', saysItIs: 'third' })
  })

  it('opens its own kind only, and makes nothing elsewhere', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    for (const [kind, other] of [
      ['pico', 'esp32cam'],
      ['esp32cam', 'pico'],
    ] as const) {
      const { status, body } = await refusal(gateway, { token: await gateway.mint(kind), path: `/ws/${other}` })
      expect([status, body.code]).toEqual([403, 'token_wrong_kind'])
      const typed = { path: '/ws', headers: { 'x-device-type': other } }
      expect(await refusal(gateway, { token: await gateway.mint(kind), ...typed })).toMatchObject({ status: 403 })
    }
    expect((await gateway.api('GET', '/api/devices')).body.devices).toEqual([])
  })

  it('that was changed, cut or made up opens nothing', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    const token = await gateway.mint('pico')
    const flipped = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')
    const asCamera = token.replace('dvz_p_', 'dvz_c_')
    for (const forged of [flipped, asCamera, token.slice(0, -1), `${token}A`, token.toLowerCase(), 'not-a-token'])
      expect(await refusal(gateway, { token: forged, path: '/ws' })).toMatchObject({
        status: 401,
        body: { code: 'token_unknown' },
      })
  })

  it('of another gateway opens nothing, and of this one still opens after a restart', async () => {
    await using first = await startGateway()
    await using other = await startGateway()
    const token = await first.mint('pico')
    expect(await refusal(other, { token })).toMatchObject({ body: { code: 'token_unknown' } })
    await first.stop()
    await using again = await startGateway({ dataDir: first.dataDir })
    await using board = await Board.connect(again, { token })
    await board.next('connection_ack')
  })

  it('older than its time still enters, and waits for the click even where all enter at once', async () => {
    await using gateway = await startGateway({ enrolment: 'open', limits: { claimTtlMs: 1 } })
    await using board = await Board.connect(gateway)
    await board.next('connection_ack')
    expect((await board.device()).state).toBe('pending')
  })

  it('never starts again as new once its device was removed, blocked or revoked, not even after a restart', async () => {
    await using first = await startGateway({ enrolment: 'open' })
    const gone: [string, string][] = []
    for (const [code, method, path] of [
      ['device_removed', 'DELETE', ''],
      ['device_blocked', 'POST', '/block'],
      ['token_revoked', 'POST', '/token/revoke'],
    ] as const) {
      await using board = await Board.connect(first)
      await board.next('connection_ack')
      expect((await board.api(method, path, method === 'POST' ? {} : undefined)).status).toBe(200)
      gone.push([code, board.token!])
    }
    for (const [code, token] of gone)
      expect(await refusal(first, { token })).toMatchObject({ status: 403, body: { code } })
    await first.stop()
    await using again = await startGateway({ dataDir: first.dataDir })
    for (const [code, token] of gone)
      expect(await refusal(again, { token })).toMatchObject({ status: 403, body: { code } })
  })

  it('leaves a tombstone when its removed device is past undoing', async () => {
    await using first = await startGateway({ enrolment: 'open', limits: { removedForgottenAfterMs: 1 } })
    let token = ''
    {
      await using board = await Board.connect(first)
      await board.next('connection_ack')
      token = board.token!
      await board.api('DELETE')
    }
    await first.stop()
    // The hourly clean-up also runs at each start.
    await using second = await startGateway({ dataDir: first.dataDir, limits: { removedForgottenAfterMs: 1 } })
    expect((await second.api('GET', '/api/devices?state=removed')).body.devices).toEqual([])
    expect(await refusal(second, { token })).toMatchObject({ status: 403, body: { code: 'device_removed' } })
    await second.stop()
    expect(rowCounts(first.dataDir)).toMatchObject({ devices: 0, tombstones: 1 })
    await using third = await startGateway({ dataDir: first.dataDir })
    expect(await refusal(third, { token })).toMatchObject({ status: 403, body: { code: 'device_removed' } })
  })
})
