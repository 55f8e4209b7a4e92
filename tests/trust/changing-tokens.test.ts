import { describe, expect, it } from 'vitest'
import { Board, refusal } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { entry } from '../support/journal.ts'
import { jpeg } from '../support/jpeg.ts'
import { Watcher } from '../support/viewer.ts'
import { everyByte } from './data-folder.ts'

/** Called right after the act was answered: resolves to the close code, and fails if that takes longer than 1 s. */
async function closedWithinASecond(board: Board): Promise<number> {
  const started = performance.now()
  const { code } = await board.closed
  expect(performance.now() - started).toBeLessThan(1_000)
  return code
}

const getsIn = async (gateway: TestGateway, token: string, id?: string) => {
  await using board = await Board.connect(gateway, { token, deviceId: null })
  await board.next('connection_ack')
  await board.settled()
  if (id) expect((await gateway.api('GET', `/api/devices/${id}`)).body.device.online).toBe(true)
}

describe('rotating', () => {
  it('shows the new token once; the old one works until the new one is first used, and never again', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway, { deviceId: 'roof' })
    const id = await board.id()
    const old = board.token!
    const { status, body } = await board.api('POST', '/token/rotate', {})
    expect(status).toBe(200)
    expect(body.device.tokenState).toBe('rotating')
    expect(body.token).toMatch(/^dvz_d_[\w-]{43}$/)
    expect(JSON.stringify((await board.api('GET')).body)).not.toContain(body.token)
    expect(board.ws.readyState).toBe(board.ws.OPEN)
    await getsIn(gateway, old, id)
    expect((await gateway.api('GET', `/api/devices/${id}`)).body.device.tokenState).toBe('rotating')
    await getsIn(gateway, body.token, id)
    expect((await gateway.api('GET', `/api/devices/${id}`)).body.device.tokenState).toBe('live')
    expect((await refusal(gateway, { token: old })).status).toBe(403)
    await gateway.stop()
    await using again = await startGateway({ dataDir: gateway.dataDir, enrolment: 'open' })
    expect((await refusal(again, { token: old })).status).toBe(403)
    await getsIn(again, body.token, id)
    const bytes = await everyByte(gateway.dataDir)
    expect([old, body.token].filter(token => bytes.includes(token))).toEqual([])
  })

  it('has a deadline only if the owner sets one', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway)
    await board.api('POST', '/token/rotate', { oldValidForS: 1 })
    await getsIn(gateway, board.token!)
    await new Promise(resolve => setTimeout(resolve, 1_050))
    expect(await refusal(gateway, { token: board.token! })).toMatchObject({
      status: 403,
      body: { code: 'token_revoked' },
    })
  })

  it('may be ended by the owner, which cuts the board that still uses the old one', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway)
    const { token } = (await board.api('POST', '/token/rotate', {})).body
    expect((await board.api('POST', '/token/revoke', { which: 'old' })).status).toBe(200)
    expect(await closedWithinASecond(board)).toBe(4001)
    expect((await refusal(gateway, { token: board.token! })).status).toBe(403)
    await getsIn(gateway, token)
  })

  it('twice does not lock out a board that was never told of the first', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway)
    const lost = (await board.api('POST', '/token/rotate', {})).body.token
    const { token } = (await board.api('POST', '/token/rotate', {})).body
    await getsIn(gateway, board.token!)
    expect((await refusal(gateway, { token: lost })).status).toBe(403)
    await getsIn(gateway, token)
  })
})

describe('revoking, blocking and removing', () => {
  const acts = [
    ['revoke', 'POST', '/token/revoke', 'token_revoked'],
    ['block', 'POST', '/block', 'device_blocked'],
    ['remove', 'DELETE', '', 'device_removed'],
  ] as const

  it.each(acts)(
    '%s cuts the live socket with 4001 within a second, and its viewers',
    async (_act, method, path, code) => {
      await using gateway = await startGateway()
      await using board = await Board.active(gateway, { kind: 'esp32cam', deviceId: 'roof' })
      await using watcher = await Watcher.join(gateway, 'roof')
      const left = new Promise(resolve => watcher.ws.once('close', resolve))
      const acted = await board.api(method, path, method === 'POST' ? {} : undefined)
      expect([acted.status, await closedWithinASecond(board)]).toEqual([200, 4001])
      await left
      expect(await refusal(gateway, { kind: 'esp32cam', token: board.token! })).toMatchObject({
        status: 403,
        body: { code },
      })
    },
  )

  it.each(acts)('%s can be undone: the same token works again, and the name is kept', async (_act, method, path) => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway, { deviceId: 'roof' })
    const id = await board.id()
    await board.api(method, path, method === 'POST' ? {} : undefined)
    await board.closed
    const restored = await gateway.api('POST', `/api/devices/${id}/restore`, {})
    expect(restored).toMatchObject({ status: 200, body: { device: { id, name: 'roof', state: 'active' } } })
    await getsIn(gateway, board.token!, id)
    expect((await gateway.api('POST', `/api/devices/${id}/restore`, {})).body.code).toBe('wrong_state')
  })

  it.each(acts)('%s holds over a restart', async (_act, method, path, code) => {
    await using first = await startGateway()
    await using board = await Board.active(first)
    await board.api(method, path, method === 'POST' ? {} : undefined)
    await first.stop()
    await using again = await startGateway({ dataDir: first.dataDir })
    expect(await refusal(again, { token: board.token! })).toMatchObject({ status: 403, body: { code } })
  })

  it('is told to the owner with who, when and why', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway, { deviceId: 'roof' })
    const key = await gateway.key('operator', { label: 'mina' })
    const id = await board.id()
    await gateway.api('POST', `/api/devices/${id}/block`, { reason: 'sold' }, { key })
    const { device } = (await gateway.api('GET', `/api/devices/${id}`)).body
    expect(device).toMatchObject({
      state: 'blocked',
      blockedReason: 'sold',
      blockedAt: expect.any(String),
      online: false,
    })
    expect(await entry(gateway, row => row.data?.act === 'device.block')).toMatchObject({
      text: 'key mina blocked roof',
      data: { by: 'key mina', reason: 'sold' },
      deviceId: id,
    })
  })

  it('of a pending board works too, and restoring brings it back as pending', async () => {
    await using gateway = await startGateway()
    await using board = await Board.connect(gateway)
    const id = await board.id()
    expect((await board.api('POST', '/block', {})).status).toBe(200)
    expect((await board.closed).code).toBe(4001)
    expect((await gateway.api('POST', `/api/devices/${id}/restore`, {})).body.device.state).toBe('pending')
    await getsIn(gateway, board.token!)
  })

  it('ends a command that waits for its answer', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway)
    const order = board.api('POST', '/servo', { servo1: 1, servo2: 2 })
    await board.next('servo')
    await board.api('POST', '/block', {})
    expect(await order).toMatchObject({ status: 409, body: { code: 'device_offline' } })
  })

  it('leaves no picture behind', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway, { kind: 'esp32cam' })
    await board.sendFrame(jpeg())
    await board.settled()
    const id = await board.id()
    expect((await board.api('GET', '/snapshot.jpg')).status).toBe(200)
    await board.api('POST', '/block', {})
    await gateway.api('POST', `/api/devices/${id}/restore`, {})
    expect((await gateway.api('GET', `/api/devices/${id}/snapshot.jpg`)).status).toBe(404)
  })
})

describe('one token in two boards', () => {
  const [home, away] = ['127.0.60.1', '127.0.60.2']

  it('is noticed at the third displacement, named in plain words, and pauses steering until confirmed', async () => {
    await using gateway = await startGateway()
    await using first = await Board.active(gateway, { deviceId: 'twin', from: home })
    const id = await first.id()
    const dial = (from: string) =>
      Board.connect(gateway, { token: first.token!, deviceId: 'twin', from, acknowledges: true })
    const contested = async () => (await gateway.api('GET', `/api/devices/${id}`)).body.device.contested
    await using second = await dial(away)
    expect((await first.closed).code).toBe(4009)
    await using third = await dial(home)
    expect([(await second.closed).code, await contested()]).toEqual([4009, false])
    await using fourth = await dial(away)
    await third.closed
    await fourth.next('connection_ack')
    expect(await contested()).toBe(true)
    const row = await entry(gateway, found => found.data?.event === 'contested')
    expect(row.text).toMatch(new RegExp(`Two boards use the token of twin, from ${home} and ${away}`))
    const steer = () => gateway.api('POST', `/api/devices/${id}/servo`, { servo1: 1, servo2: 2 })
    expect(await steer()).toMatchObject({ status: 409, body: { code: 'device_contested', hint: expect.any(String) } })
    const stop = await gateway.api('POST', `/api/devices/${id}/action`, { action: 'emergency_stop' })
    expect(stop.status).toBe(200)
    expect((await gateway.api('POST', `/api/devices/${id}/confirm`, {})).status).toBe(200)
    expect([await contested(), (await steer()).status]).toEqual([false, 200])
  })

  it('is over when the token is rotated', async () => {
    await using gateway = await startGateway()
    await using first = await Board.active(gateway, { deviceId: 'twin', from: home })
    const boards = []
    for (const from of [away, home, away])
      boards.push(await Board.connect(gateway, { token: first.token!, deviceId: 'twin', from }))
    expect((await first.device()).contested).toBe(true)
    const { body } = await first.api('POST', '/token/rotate', {})
    expect(body.device.contested).toBe(false)
    for (const board of boards) await board[Symbol.asyncDispose]()
  })

  it('is not what a board is that comes back and back from one address', async () => {
    await using gateway = await startGateway()
    await using first = await Board.active(gateway, { deviceId: 'shaky' })
    for (let turn = 0; turn < 6; turn++) {
      await using board = await Board.connect(gateway, { token: first.token!, deviceId: 'shaky' })
      await board.next('connection_ack')
    }
    expect((await first.device()).contested).toBe(false)
  })
})
