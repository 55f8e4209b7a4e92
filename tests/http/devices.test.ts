import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeviceView } from '#protocol/api.ts'
import { device as deviceSchema } from '#protocol/api.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const call = async (method: string, path: string, body?: unknown) => {
  const answer = await gateway.api(method, `/api/devices${path}`, body)
  return [answer.status, answer.body.code ?? answer.body.device] as const
}

describe('a device', () => {
  it('made by hand has a name, and a token that is shown once', async () => {
    const made = await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'by-hand', tags: ['a', 'a', 'ب'] })
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`/api/devices/${made.body.device.id}`)
    expect(made.body.device).toMatchObject({ name: 'by-hand', state: 'active', source: 'owner', tags: ['a', 'ب'] })
    const read = await gateway.api('GET', '/api/devices/by-hand')
    expect(JSON.stringify(read.body)).not.toContain(made.body.token)
    await using board = await Board.connect(gateway, { token: made.body.token, deviceId: null })
    await board.next('connection_ack')
    expect((await call('GET', '/by-hand'))[1]).toMatchObject({ online: true, presence: 'online' })
  })

  it('is shown in exactly the shape that the API promises, with no hash of any secret', async () => {
    await using board = await Board.connect(gateway, { deviceId: 'AA:BB:CC' })
    board.send({
      type: 'connect',
      device: 'pico',
      version: '1.2.3',
      memory_free: 1234,
      rssi: -60,
      uptime: 5,
      servo1_angle: 10,
      servo2_angle: 20,
    })
    await board.next('connection_ack')
    await board.settled()
    const { device } = (await gateway.api('GET', `/api/devices/${await board.id()}`)).body
    expect(deviceSchema.strict().parse(device)).toEqual(device)
    expect(device).toMatchObject({
      kind: 'pico',
      state: 'pending',
      saysItIs: 'AA:BB:CC',
      address: '127.0.0.1',
      firmware: '1.2.3',
      memoryFree: 1234,
      signal: -60,
      uptime: 5,
      angles: { servo1: 10, servo2: 20 },
      connectionId: expect.stringMatching(/^c_/),
      contested: false,
      tokenState: 'live',
    })
    expect(device.messages[0]).toEqual({
      at: expect.any(String),
      message: expect.objectContaining({ type: 'connect' }),
    })
    expect(JSON.stringify(device)).not.toMatch(/hash/i)
  })

  it('is found by its id and by its name, also when the name has to be escaped', async () => {
    const { device } = (await gateway.api('POST', '/api/devices', { kind: 'pico', name: '24:6F:28:AA' })).body
    for (const path of [device.id, '24:6F:28:AA', '24%3A6F%3A28%3AAA', `${device.id}/`])
      expect((await call('GET', `/${path}`))[1]).toMatchObject({ id: device.id })
    expect(await call('GET', '/24:6F')).toEqual([404, 'device_not_found'])
  })

  it('goes from pending to active, blocked, removed, and back', async () => {
    await using board = await Board.connect(gateway, { deviceId: 'traveller' })
    await board.next('connection_ack')
    const id = await board.id()
    const { connectionId } = (await call('GET', `/${id}`))[1] as DeviceView
    expect(await call('GET', '/traveller')).toEqual([404, 'device_not_found'])
    expect(await call('POST', `/${id}/approve`, { seenConnectionId: 'c_another' })).toEqual([409, 'changed_since_seen'])
    expect(await call('POST', `/${id}/approve`, { seenConnectionId: connectionId })).toMatchObject([
      200,
      { state: 'active', name: 'traveller', approvedAt: expect.any(String) },
    ])
    expect(await call('POST', '/traveller/approve')).toEqual([409, 'wrong_state'])
    expect(await call('POST', '/traveller/block', { reason: 'seen elsewhere' })).toMatchObject([
      200,
      { state: 'blocked', blockedReason: 'seen elsewhere', blockedAt: expect.any(String) },
    ])
    expect((await board.closed).code).toBe(4001)
    expect(await call('POST', '/traveller/restore')).toMatchObject([200, { state: 'active', blockedReason: null }])
    expect(await call('DELETE', '/traveller')).toMatchObject([200, { state: 'removed' }])
    expect(await call('POST', '/traveller/servo', { servo1: 1, servo2: 1 })).toEqual([404, 'device_not_found'])
    expect(await call('POST', '/traveller/restore')).toMatchObject([200, { state: 'active', name: 'traveller' }])
  })

  it('that was removed is found by its last name only while no other bears it', async () => {
    const first = (await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'twin' })).body.device
    await call('DELETE', '/twin')
    expect((await call('GET', '/twin'))[1]).toMatchObject({ id: first.id, state: 'removed' })
    const second = (await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'twin' })).body.device
    expect((await call('GET', '/twin'))[1]).toMatchObject({ id: second.id })
    expect(await call('POST', '/twin/restore')).toEqual([409, 'wrong_state'])
    expect((await call('POST', `/${first.id}/restore`))[1]).toMatchObject({ name: 'twin-2' })
  })

  it('is renamed, but not to a name that is taken or is none', async () => {
    await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'old-name' })
    expect(await call('PATCH', '/old-name', { name: 'by-hand' })).toEqual([409, 'name_taken'])
    expect(await call('PATCH', '/old-name', { name: 'd_mine' })).toEqual([400, 'name_invalid'])
    expect(await call('PATCH', '/old-name', { name: 'نام' })).toEqual([400, 'name_invalid'])
    expect(await call('PATCH', '/old-name', { name: 'new-name' })).toMatchObject([200, { name: 'new-name' }])
    expect(await call('GET', '/old-name')).toEqual([404, 'device_not_found'])
  })

  it('says what its token is worth', async () => {
    const { token } = (await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'worth' })).body
    const rotated = await gateway.api('POST', '/api/devices/worth/token/rotate', {})
    expect(rotated.body).toMatchObject({ device: { tokenState: 'rotating' }, token: expect.any(String) })
    expect(rotated.body.token).not.toBe(token)
    expect(await call('POST', '/worth/token/revoke', { which: 'old' })).toMatchObject([200, { tokenState: 'live' }])
    expect(await call('POST', '/worth/token/revoke', { which: 'old' })).toEqual([409, 'wrong_state'])
    expect(await call('POST', '/worth/token/revoke')).toMatchObject([200, { tokenState: 'revoked' }])
    expect(await call('POST', '/worth/restore')).toMatchObject([200, { tokenState: 'live' }])
    expect(await call('POST', '/worth/token/rotate', { oldValidForS: -1 })).toEqual([400, 'invalid_request'])
    expect(await call('POST', '/worth/confirm')).toEqual([409, 'wrong_state'])
  })
})

describe('the list of devices', () => {
  it('is read page by page, and misses and repeats none while devices come, go and change names', async () => {
    await using gateway = await startGateway()
    const make = (name: string) => gateway.api('POST', '/api/devices', { kind: 'pico', name })
    for (let count = 0; count < 7; count++) await make(`board-${count}`)
    const page = async (cursor?: string) =>
      (await gateway.api('GET', `/api/devices?limit=3${cursor ? `&cursor=${cursor}` : ''}`)).body
    const first = await page()
    await gateway.api('PATCH', '/api/devices/board-6', { name: 'aaa' })
    await gateway.api('DELETE', '/api/devices/board-0')
    await make('board-7')
    const second = await page(first.nextCursor)
    const third = await page(second.nextCursor)
    const names = [first, second, third].flatMap(({ devices }) => devices.map((each: DeviceView) => each.name))
    expect(names).toEqual(['board-0', 'board-1', 'board-2', 'board-3', 'board-4', 'board-5', 'aaa', 'board-7'])
    expect(third.nextCursor).toBeNull()
  })

  it('ends without a cursor when the last page is full', async () => {
    await using gateway = await startGateway()
    for (const name of ['one', 'two']) await gateway.api('POST', '/api/devices', { kind: 'pico', name })
    expect((await gateway.api('GET', '/api/devices?limit=2')).body.nextCursor).toBeNull()
  })

  it('is filtered by state, kind and tag, and shows removed devices only when asked for', async () => {
    await using gateway = await startGateway()
    await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'one', tags: ['garden'] })
    await gateway.api('POST', '/api/devices', { kind: 'esp32cam', name: 'two', tags: ['garden', 'roof'] })
    await gateway.api('POST', '/api/devices', { kind: 'esp32cam', name: 'three' })
    await gateway.api('DELETE', '/api/devices/three')
    await gateway.api('POST', '/api/devices/two/block')
    const names = async (query: string) =>
      (await gateway.api('GET', `/api/devices?${query}`)).body.devices.map((each: DeviceView) => each.name)
    expect(await names('')).toEqual(['one', 'two'])
    expect(await names('state=removed')).toEqual(['three'])
    expect(await names('state=blocked')).toEqual(['two'])
    expect(await names('kind=pico')).toEqual(['one'])
    expect(await names('tag=garden&kind=esp32cam')).toEqual(['two'])
    expect(await names('tag=gard')).toEqual([])
  })

  it.each(['state=gone', 'kind=toaster', 'limit=0', 'limit=1001', 'limit=x', 'cursor=bm9uZQ', 'cursor=W10'])(
    'does not take ?%s',
    async query => {
      const { status, body } = await gateway.api('GET', `/api/devices?${query}`)
      expect([status, body.code]).toEqual([400, 'invalid_request'])
      expect(body.issues[0].path).toBe(query.split('=')[0])
    },
  )
})

it('answers a change only when it is on disk: another start of the gateway knows it', async () => {
  const first = await startGateway()
  await first.api('POST', '/api/devices', { kind: 'pico', name: 'kept', tags: ['safe'] })
  await first.api('POST', '/api/devices/kept/block', { reason: 'lost' })
  await first.stop()
  await using second = await startGateway({ dataDir: first.dataDir })
  expect((await second.api('GET', '/api/devices/kept')).body.device).toMatchObject({
    state: 'blocked',
    blockedReason: 'lost',
    tags: ['safe'],
  })
  await second.stop()
  await first[Symbol.asyncDispose]()
})
