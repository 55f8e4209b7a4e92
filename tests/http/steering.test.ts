import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

describe('steering', () => {
  it('moves both servos, and answers with the board’s acknowledgement and how long it took', async () => {
    await using board = await Board.active(gateway, { acknowledges: true })
    const { status, body } = await board.api('POST', '/servo', { servo1: 90, servo2: 45 })
    expect(status).toBe(200)
    expect(body).toEqual({
      status: 'ok',
      ack: expect.objectContaining({ type: 'ack', command_type: 'servo', status: 'success' }),
      latencyMs: expect.any(Number),
    })
    expect(body.latencyMs).toBeGreaterThanOrEqual(0)
    expect((await board.next('servo')).command).toEqual({ servo1: 90, servo2: 45 })
    expect((await board.api('GET')).body.device.angles).toEqual({ servo1: 90, servo2: 45 })
  })

  it('takes the last known angle for a missing one, and refuses to guess one', async () => {
    await using board = await Board.active(gateway, { acknowledges: true })
    const guess = await board.api('POST', '/servo', { servo1: 30 })
    expect([guess.status, guess.body.code]).toEqual([400, 'angle_unknown'])
    await board.api('POST', '/servo', { servo1: 30, servo2: 40 })
    expect((await board.api('POST', '/servo', { servo2: 50 })).status).toBe(200)
    await board.next('servo')
    expect((await board.next('servo')).command).toEqual({ servo1: 30, servo2: 50 })
  })

  it.each([
    [{ servo1: 181 }, 'servo1'],
    [{ servo2: -1 }, 'servo2'],
    [{ servo1: '90' }, 'servo1'],
    [{ servo1: 90, servo2: 90, ttlMs: 0 }, 'ttlMs'],
    [{ servo1: 90, servo3: 90 }, ''],
  ])('refuses %j', async (order, path) => {
    await using board = await Board.active(gateway)
    const { status, body } = await board.api('POST', '/servo', order)
    expect([status, body.code, body.issues[0].path]).toEqual([400, 'invalid_request', path])
  })

  it('says that a board is offline, or waits for approval', async () => {
    await using pending = await Board.connect(gateway)
    await pending.next('connection_ack')
    const waits = await pending.api('POST', '/servo', { servo1: 1, servo2: 1 })
    expect([waits.status, waits.body.code]).toEqual([409, 'device_pending'])
    const { device } = (await gateway.api('POST', '/api/devices', { kind: 'pico' })).body
    const gone = await gateway.api('POST', `/api/devices/${device.id}/action`, { action: 'reset_position' })
    expect([gone.status, gone.body.code]).toEqual([409, 'device_offline'])
  })

  it('gives up on a board that does not acknowledge', async () => {
    await using impatient = await startGateway({ limits: { ackTimeoutMs: 300 } })
    await using board = await Board.active(impatient)
    const { status, body } = await board.api('POST', '/servo', { servo1: 1, servo2: 1 })
    expect([status, body.code]).toEqual([504, 'ack_timeout'])
  })

  it('lets a newer order take the place of one that waits', async () => {
    await using board = await Board.active(gateway)
    const id = await board.id()
    const order = (servo1: number) => gateway.api('POST', `/api/devices/${id}/servo`, { servo1, servo2: 90 })
    const first = order(10)
    await board.next('servo')
    const second = order(20)
    // The test cannot see from outside that the second order waits. Ten other requests make sure that it has arrived
    // before the third is sent, however busy the machine is.
    for (let other = 0; other < 10; other++) await gateway.api('GET', '/health')
    const third = order(30)
    expect((await second).body.code).toBe('superseded')
    board.send({ type: 'ack', command_type: 'servo', status: 'success' })
    expect((await first).status).toBe(200)
    expect((await board.next('servo')).command.servo1).toBe(30)
    board.send({ type: 'ack', command_type: 'servo', status: 'success' })
    expect((await third).status).toBe(200)
  })

  it('sends actions with whatever newer firmware wants to know', async () => {
    await using board = await Board.active(gateway, { acknowledges: true })
    const order = { action: 'capture_photo', quality: 80, flash: true }
    const { status, body } = await board.api('POST', '/action', { ...order, ttlMs: 1_000 })
    expect([status, body.ack.command_type]).toEqual([200, 'action'])
    expect((await board.next('action')).command).toEqual(order)
  })

  it('sends no action that is larger than what boards can read', async () => {
    await using board = await Board.active(gateway)
    const { status, body } = await board.api('POST', '/action', { action: 'say', text: 'ب'.repeat(500) })
    expect([status, body.code]).toEqual([400, 'invalid_request'])
    expect((await board.api('POST', '/action', {})).body.issues[0].path).toBe('action')
  })

  it('is in the journal, with who ordered it and how it ended, once it is answered', async () => {
    await using board = await Board.active(gateway, { acknowledges: true })
    await board.api('POST', '/action', { action: 'reset_position' })
    const { body } = await gateway.api('GET', `/api/journal?kind=command&device=${await board.id()}`)
    expect(body.entries[0]).toMatchObject({
      kind: 'command',
      data: { order: { action: 'reset_position' }, outcome: 'acknowledged', by: expect.stringMatching(/^key /) },
    })
  })
})
