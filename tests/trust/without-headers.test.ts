import { describe, expect, it } from 'vitest'
import { Board, refusal } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { browser } from '../support/handshakes.ts'
import { entry } from '../support/journal.ts'
import { RawClient } from '../support/raw.ts'
import { everyByte } from './data-folder.ts'

const ask = (gateway: TestGateway, path = '/ws/pico?auth=message') => Board.connect(gateway, { path, token: null })

describe('a client that cannot set headers, with its token as the first message', () => {
  it('hears nothing before, and is a board from then on', async () => {
    await using gateway = await startGateway()
    await using board = await ask(gateway)
    board.ws.ping()
    await new Promise(resolve => board.ws.once('pong', resolve))
    expect(board.messages).toEqual([])
    board.send({ type: 'auth', token: ` ${await gateway.mint('pico')} ` })
    await board.next('connection_ack')
    expect((await board.device()).state).toBe('pending')
    await board.approve()
    const order = board.api('POST', '/servo', { servo1: 1, servo2: 2 })
    await board.next('servo')
    board.send({ type: 'ack', command_type: 'servo', status: 'success' })
    expect((await order).status).toBe(200)
  })

  it('may be a camera, whose pictures are as large as any', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    await using board = await ask(gateway, '/ws?auth=message')
    board.send({ type: 'auth', token: await gateway.mint('esp32cam') })
    await board.next('connection_ack')
    const picture = Buffer.alloc(1_000_000, 1)
    picture.write('ffd8', 'hex')
    picture.write('ffd9', picture.length - 2, 'hex')
    await board.sendFrame(picture)
    await board.settled()
    expect(picture.equals((await board.api('GET', '/snapshot.jpg')).body)).toBe(true)
  })

  it('has 5 s: then 4001, and a row that says so', async () => {
    await using gateway = await startGateway({ limits: { authMessageTimeoutMs: 300 } })
    await using board = await ask(gateway)
    expect(await board.closed).toEqual({ code: 4001, reason: 'auth_timeout' })
    expect(board.messages).toEqual([])
    expect(await entry(gateway, row => row.data?.code === 'auth_timeout')).toMatchObject({ kind: 'refusal' })
  })

  it.each([
    ['a token nobody issued', { type: 'auth', token: 'forged-token-0123456789' }, 'token_unknown'],
    ['another type', { type: 'connect', device: 'pico' }, 'token_missing'],
    ['no token in it', { type: 'auth' }, 'token_missing'],
    ['an empty token', { type: 'auth', token: '  ' }, ''],
    ['a token that is none', { type: 'auth', token: 5 }, 'token_missing'],
    ['no JSON', 'token', 'token_missing'],
  ])('is sent away with 4001 for %s', async (_what, message, code) => {
    await using gateway = await startGateway()
    await using board = await ask(gateway)
    board.send(message)
    const closed = await board.closed
    expect(closed.code).toBe(4001)
    if (code) expect(closed.reason).toBe(code)
    expect(board.messages).toEqual([])
  })

  it('is sent away for a binary message, and with 1009 for more than 4 KiB', async () => {
    await using gateway = await startGateway()
    await using binary = await ask(gateway)
    await binary.sendBinary(Buffer.from(JSON.stringify({ type: 'auth', token: await gateway.mint('pico') })))
    expect((await binary.closed).code).toBe(4001)
    await using long = await ask(gateway)
    long.send({ type: 'auth', token: await gateway.mint('pico'), more: 'x'.repeat(4 * 1024) })
    expect((await long.closed).code).toBe(1009)
    expect((await gateway.api('GET', '/api/devices')).body.devices).toEqual([])
  })

  it('is for its kind, and says why not', async () => {
    await using gateway = await startGateway()
    await using board = await ask(gateway, '/ws/pico?auth=message')
    board.send({ type: 'auth', token: await gateway.mint('esp32cam') })
    expect(await board.closed).toEqual({ code: 4001, reason: 'token_wrong_kind' })
  })

  it('is never local: trusting loopback is for those who present nothing', async () => {
    await using gateway = await startGateway({ trustLoopback: true })
    await using board = await ask(gateway)
    board.send({ type: 'connect', device: 'pico' })
    expect((await board.closed).code).toBe(4001)
  })

  it('does not need it where it sends a header all the same', async () => {
    await using gateway = await startGateway()
    await using board = await Board.connect(gateway, { path: '/ws/pico?auth=message' })
    await board.next('connection_ack')
  })
})

describe('a client that cannot set headers, with its token as a subprotocol', () => {
  it('is a board, and hears back darvaza.bearer alone: never its token', async () => {
    await using gateway = await startGateway()
    const token = await gateway.mint('pico')
    await using client = await RawClient.connect(gateway.port)
    await client.write(browser({ port: gateway.port, path: '/ws/pico', protocol: `darvaza.bearer, ${token}` }))
    const answer = await client.upgraded()
    expect(answer.header('sec-websocket-protocol')).toBe('darvaza.bearer')
    expect(answer.lines.join('\n')).not.toContain(token)
    await client.message('connection_ack')
  })

  it('is refused with a forged one, and nothing of it is kept', async () => {
    await using gateway = await startGateway()
    const forged = 'a-forged-token-0123456789-0123456789'
    expect(await refusal(gateway, { token: null, protocols: ['darvaza.bearer', forged] })).toMatchObject({
      status: 401,
      body: { code: 'token_unknown' },
    })
    await entry(gateway, row => row.data?.code === 'token_unknown')
    await gateway.stop()
    expect(await everyByte(gateway.dataDir)).not.toContain(forged)
  })
})

describe('a token in a URL', () => {
  it('opens nothing', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    const token = await gateway.mint('pico')
    for (const path of [`/ws/pico?token=${token}`, `/ws/pico?access_token=${token}`, `/ws/pico?auth=${token}`])
      expect(await refusal(gateway, { token: null, path })).toMatchObject({ body: { code: 'token_missing' } })
  })
})

describe('/ws', () => {
  it('takes any valid token, and the token says what the board is', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    for (const kind of ['pico', 'esp32cam'] as const) {
      for (const type of [undefined, 'Toaster', '']) {
        await using board = await Board.connect(gateway, {
          path: '/ws',
          token: await gateway.mint(kind),
          headers: type === undefined ? {} : { 'x-device-type': type },
        })
        await board.next('connection_ack')
        expect((await board.device()).kind).toBe(kind)
      }
    }
  })

  it('tells the kind by X-Device-Type where it knows it', async () => {
    await using gateway = await startGateway()
    const camera = { path: '/ws', headers: { 'x-device-type': 'ESP32CAM' } }
    await using board = await Board.connect(gateway, { ...camera, token: await gateway.mint('esp32cam') })
    await board.next('connection_ack')
    expect(await refusal(gateway, { ...camera, token: await gateway.mint('pico') })).toMatchObject({
      status: 403,
      body: { code: 'token_wrong_kind' },
    })
  })

  it('is the door of everything else: kind generic, made by hand, with the words of a Pico', async () => {
    await using gateway = await startGateway()
    const made = (await gateway.api('POST', '/api/devices', { kind: 'generic', name: 'pump' })).body
    await using board = await Board.connect(gateway, { path: '/ws', token: made.token, acknowledges: true })
    await board.next('connection_ack')
    board.send({ type: 'sensor_data', sensor_type: 'level', data: { cm: 12, sequence: 3 } })
    expect(await board.next('ack')).toMatchObject({ command_type: 'sensor_data', sensor_type: 'level', sequence: 3 })
    const moved = await gateway.api('POST', '/api/devices/pump/servo', { servo1: 1, servo2: 2 })
    expect(moved.status).toBe(200)
    expect(await refusal(gateway, { path: '/ws/pico', token: made.token })).toMatchObject({ status: 403 })
  })
})
