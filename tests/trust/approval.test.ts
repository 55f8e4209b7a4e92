import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { entry } from '../support/journal.ts'
import { jpeg } from '../support/jpeg.ts'
import { Watcher } from '../support/viewer.ts'

/** Asks to watch a device over WebSocket and resolves to the status of the answer. */
const watchStatus = (gateway: TestGateway, device: string): Promise<number> =>
  new Promise(resolve => {
    const ws = new WebSocket(`${gateway.wsUrl}/ws/view/${device}`, {
      headers: { authorization: `Bearer ${gateway.ownerKey}` },
    })
    ws.on('error', () => {})
    ws.on('unexpected-response', (_request, response) => {
      response.destroy()
      resolve(response.statusCode!)
    })
    ws.on('open', () => {
      ws.terminate()
      resolve(101)
    })
  })

describe('a pending board', () => {
  it('is shown to the owner with what it says of itself, and a small preview', async () => {
    await using gateway = await startGateway()
    await using board = await Board.connect(gateway, {
      kind: 'esp32cam',
      deviceId: 'A0:B1:C2:D3:E4:F5',
      headers: { 'x-device-version': '1.0.0' },
      from: '127.0.30.1',
    })
    await board.next('connection_ack')
    board.send({ type: 'connection', status: 'connected', device: 'ESP32CAM', token: board.token })
    const picture = jpeg(4_000, 'preview')
    await board.sendFrame(picture)
    await board.settled()
    const { device } = (await board.api('GET')).body
    expect(device).toMatchObject({
      state: 'pending',
      kind: 'esp32cam',
      address: '127.0.30.1',
      saysItIs: 'A0:B1:C2:D3:E4:F5',
      firmware: '1.0.0',
      online: true,
      connectionId: expect.stringMatching(/^c_/),
    })
    expect(device.messages).toMatchObject([{ message: { type: 'connection', status: 'connected', token: '[token]' } }])
    const preview = await board.api('GET', '/preview.jpg')
    expect([preview.status, preview.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    expect(picture.equals(preview.body)).toBe(true)
  })

  it('has at most one preview every 5 s, and none that is large', async () => {
    await using gateway = await startGateway()
    await using board = await Board.connect(gateway, { kind: 'esp32cam' })
    await board.sendFrame(jpeg(128 * 1024 + 1, 'too large'))
    await board.settled()
    expect((await board.api('GET', '/preview.jpg')).status).toBe(404)
    const first = jpeg(128 * 1024, 'first')
    await board.sendFrame(first)
    await board.sendFrame(jpeg(1_000, 'second'))
    await board.settled()
    expect(first.equals((await board.api('GET', '/preview.jpg')).body)).toBe(true)
  })

  it('has its last 100 messages kept', async () => {
    await using gateway = await startGateway({ limits: { pendingTextBurst: 200, pendingFramesPerSecond: 200 } })
    await using board = await Board.connect(gateway)
    for (let count = 0; count < 130; count++) board.send({ type: 'note', count })
    await board.settled()
    const { messages } = (await board.api('GET')).body.device
    expect(messages.map(({ message }: { message: { count: number } }) => message.count)).toEqual(
      Array.from({ length: 100 }, (_, index) => 30 + index),
    )
  })

  it('reaches no viewer and hears no command', async () => {
    await using gateway = await startGateway()
    await using board = await Board.connect(gateway, { kind: 'esp32cam' })
    await board.next('connection_ack')
    await board.sendFrame(jpeg())
    await board.settled()
    const id = await board.id()
    expect(await watchStatus(gateway, id)).toBe(409)
    for (const watch of ['snapshot.jpg', 'stream.mjpeg']) {
      const { status, body } = await board.api('GET', `/${watch}`)
      expect([status, JSON.parse(`${Buffer.isBuffer(body) ? body : JSON.stringify(body)}`).code]).toEqual([
        409,
        'device_pending',
      ])
    }
    for (const [path, body] of [
      ['/servo', { servo1: 10, servo2: 20 }],
      ['/action', { action: 'system_reboot' }],
    ] as const)
      expect(await board.api('POST', path, body)).toMatchObject({ status: 409, body: { code: 'device_pending' } })
    await board.settled()
    const types = new Set(board.messages.map(message => message.type))
    expect([...types].sort()).toEqual(expect.arrayContaining(['connection_ack', 'pong']))
    expect([...types].filter(type => !['connection_ack', 'ping', 'pong'].includes(type))).toEqual([])
  })

  it('is not found by the name it gives itself', async () => {
    await using gateway = await startGateway()
    await using board = await Board.connect(gateway, { deviceId: 'greenhouse' })
    await board.next('connection_ack')
    expect(await gateway.api('GET', '/api/devices/greenhouse')).toMatchObject({
      status: 404,
      body: { code: 'device_not_found' },
    })
    const { name } = await board.device()
    expect((await gateway.api('GET', `/api/devices/${name}`)).status).toBe(404)
  })
})

describe('approving', () => {
  it('takes effect on the open socket: frames flow and commands are heard, without a reconnect', async () => {
    await using gateway = await startGateway()
    await using camera = await Board.connect(gateway, { kind: 'esp32cam', deviceId: 'roof' })
    await camera.next('connection_ack')
    const before = jpeg(1_000, 'before')
    await camera.sendFrame(before)
    await camera.settled()
    const { name, state, connectionId } = await camera.approve()
    expect([name, state]).toEqual(['roof', 'active'])
    await using watcher = await Watcher.join(gateway, 'roof')
    const after = jpeg(1_000, 'after')
    await camera.sendFrame(after)
    // The first picture that a viewer receives was sent after the approval.
    expect(await watcher.sees(after)).toBe(1)
    expect((await camera.device()).connectionId).toBe(connectionId)
    expect((await gateway.api('GET', '/api/devices/roof/preview.jpg')).status).toBe(404)

    await using pico = await Board.connect(gateway, { acknowledges: true })
    await pico.next('connection_ack')
    await pico.approve()
    expect(await pico.api('POST', '/servo', { servo1: 11, servo2: 22 })).toMatchObject({ status: 200 })
    expect(await pico.next('servo')).toMatchObject({ command: { servo1: 11, servo2: 22 } })
  })

  it('is refused when another address used the claim since the owner looked', async () => {
    await using gateway = await startGateway()
    const token = await gateway.mint('pico')
    await using seen = await Board.connect(gateway, { token, deviceId: 'mine', from: '127.0.30.2' })
    await seen.next('connection_ack')
    const { id, connectionId } = await seen.device()
    const approve = (seenConnectionId: string) =>
      gateway.api('POST', `/api/devices/${id}/approve`, { seenConnectionId })
    await using thief = await Board.connect(gateway, { token, deviceId: 'mine', from: '127.0.30.3' })
    await thief.next('connection_ack')
    const refused = await approve(connectionId)
    expect(refused).toMatchObject({ status: 409, body: { code: 'changed_since_seen', address: '127.0.30.3' } })
    expect((await thief.device()).state).toBe('pending')
    // The first address connects again, but its new connection is not the one that the owner looked at.
    await using back = await Board.connect(gateway, { token, deviceId: 'mine', from: '127.0.30.2' })
    await back.next('connection_ack')
    expect((await approve(connectionId)).status).toBe(409)
    expect((await approve((await back.device()).connectionId)).status).toBe(200)
  })

  it('goes through when the board merely came again from the same address', async () => {
    await using gateway = await startGateway()
    const token = await gateway.mint('pico')
    let looked = ''
    {
      await using seen = await Board.connect(gateway, { token, deviceId: 'mine', from: '127.0.30.4' })
      looked = (await seen.device()).connectionId
    }
    await using again = await Board.connect(gateway, { token, deviceId: 'mine', from: '127.0.30.4' })
    await again.next('connection_ack')
    const approved = await again.api('POST', '/approve', { seenConnectionId: looked })
    expect(approved).toMatchObject({ status: 200, body: { device: { state: 'active', name: 'mine' } } })
  })

  it('happens once, is an operator’s to do, and is written down with who did it', async () => {
    await using gateway = await startGateway()
    await using board = await Board.connect(gateway, { deviceId: 'porch' })
    const id = await board.id()
    const [viewer, operator] = [await gateway.key('viewer'), await gateway.key('operator', { label: 'mina' })]
    const approve = (key: string) => gateway.api('POST', `/api/devices/${id}/approve`, {}, { key })
    expect((await approve(viewer)).status).toBe(403)
    expect((await approve(operator)).status).toBe(200)
    expect(await approve(operator)).toMatchObject({ status: 409, body: { code: 'wrong_state' } })
    expect(await entry(gateway, row => row.data?.act === 'device.approve')).toMatchObject({
      text: 'key mina approved porch',
      data: { by: 'key mina' },
    })
  })

  it('leaves nothing to fear from a connection test: it binds no claim and leaves no device', async () => {
    await using gateway = await startGateway()
    const token = await gateway.mint('pico')
    await using probe = await Board.connect(gateway, { token, headers: { 'x-darvaza-probe': '1' } })
    await probe.next('connection_ack')
    probe.send({ type: 'ping' })
    await probe.next('pong')
    expect((await gateway.api('GET', '/api/devices')).body.devices).toEqual([])
    await using board = await Board.connect(gateway, { token })
    await board.next('connection_ack')
    expect((await board.device()).state).toBe('pending')
  })
})
