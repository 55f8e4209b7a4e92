import { describe, expect, it } from 'vitest'
import { Core } from '../../../tests/support/core.ts'
import { settled } from '../../../tests/support/fake-clock.ts'

const mina = { type: 'key', id: 'k_1', label: 'mina', role: 'operator' } as const

const commands = (core: Core) => core.store.rows().filter(row => row.kind === 'command')

describe('steering', () => {
  it('answers with the board’s ack and the latency, after both are on disk', async () => {
    const core = await Core.start()
    const board = await core.active()
    const order = core.steering.servo(mina, board.device, { servo1: 10, servo2: 20 })
    core.clock.advance(321)
    board.say({ type: 'ack', command_type: 'servo', status: 'success', detail: { moved: true } })
    let over = false
    void order.then(() => (over = true))
    await settled()
    expect(over).toBe(false)
    await core.flush()
    expect(await order).toMatchObject({ latencyMs: 321, ack: { status: 'success', detail: { moved: true } } })
    expect(commands(core)).toMatchObject([
      {
        text: 'servo: acknowledged after 321 ms',
        deviceId: board.device.id,
        connectionId: board.session.id,
        data: { outcome: 'acknowledged', by: 'key mina', latencyMs: 321, order: { servo1: 10, servo2: 20 } },
      },
    ])
  })

  it('takes the last known angle for a missing one, and says when it knows none', async () => {
    const core = await Core.start()
    const board = await core.active()
    await expect(core.steering.servo(mina, board.device, { servo1: 10 })).rejects.toMatchObject({
      code: 'angle_unknown',
    })
    expect(board.connection.ofType('servo')).toEqual([])
    board.say({ type: 'connect', device: 'pico', servo1_angle: 70, servo2_angle: 80 })
    void core.steering.servo(mina, board.device, { servo2: 33 })
    expect(board.connection.ofType('servo')).toMatchObject([{ command: { servo1: 70, servo2: 33 } }])
  })

  it('always sends both angles, in whole degrees', async () => {
    const core = await Core.start()
    const board = await core.active()
    void core.steering.servo(mina, board.device, { servo1: 10.4, servo2: 99.6 })
    expect(board.connection.ofType('servo')).toMatchObject([{ command: { servo1: 10, servo2: 100 } }])
  })

  it('knows where the servos stand after an acknowledged move, and only then', async () => {
    const core = await Core.start()
    const board = await core.active()
    const move = async (servo1: number, status: string) => {
      const order = core.steering.servo(mina, board.device, { servo1, servo2: 90 })
      board.say({ type: 'ack', command_type: 'servo', status })
      await core.done(order)
    }
    await move(30, 'success')
    expect(board.device.angles).toEqual({ servo1: 30, servo2: 90 })
    for (const status of ['error', 'ignored']) await move(150, status)
    expect(board.device.angles).toEqual({ servo1: 30, servo2: 90 })
    expect((await core.store.loadDevices())[0]?.angles).toEqual({ servo1: 30, servo2: 90 })
  })

  it('splits a long smooth move from where the servos stand', async () => {
    const core = await Core.start()
    const board = await core.active()
    board.say({ type: 'connect', device: 'pico', servo1_angle: 20, servo2_angle: 90 })
    const order = core.steering.servo(mina, board.device, { servo1: 160, smooth: true })
    for (let step = 0; step < 4; step++) board.say({ type: 'ack', command_type: 'servo_smooth', status: 'success' })
    await core.done(order)
    expect(board.connection.ofType('servo_smooth').map(({ command }) => command.servo1)).toEqual([55, 90, 125, 160])
    expect(board.device.angles).toEqual({ servo1: 160, servo2: 90 })
  })

  it('refuses in words, and writes each refusal down', async () => {
    const core = await Core.start()
    const pending = core.connect()
    const gone = await core.active()
    core.disconnect(gone)
    const contested = await core.active()
    core.registry.change(contested.device, { contestedAt: 1 })
    const blocked = await core.active()
    await core.done(core.deviceAdmin.block({ type: 'host' }, blocked.device))
    for (const [board, code] of [
      [pending, 'device_pending'],
      [gone, 'device_offline'],
      [contested, 'device_contested'],
      [blocked, 'device_offline'],
    ] as const) {
      await expect(core.steering.servo(mina, board.device, { servo1: 1, servo2: 2 })).rejects.toMatchObject({ code })
      await expect(core.steering.action(mina, board.device, { action: 'flash_on' })).rejects.toMatchObject({ code })
      expect(board.connection.ofType('servo')).toEqual([])
      expect(board.connection.ofType('action')).toEqual([])
    }
    await core.flush()
    expect(commands(core).map(row => row.data?.outcome)).toEqual(
      ['device_pending', 'device_offline', 'device_contested', 'device_offline'].flatMap(code => [code, code]),
    )
  })

  it('stops a contested device all the same', async () => {
    const core = await Core.start()
    const board = await core.active()
    core.registry.change(board.device, { contestedAt: 1 })
    const stop = core.steering.action(mina, board.device, { action: 'emergency_stop' })
    board.say({ type: 'ack', command_type: 'action', status: 'success' })
    expect((await core.done(stop)).ack).toMatchObject({ status: 'success' })
  })

  it('says that a command got no answer after 20 s, and lost its place to a newer one', async () => {
    const core = await Core.start()
    const board = await core.active()
    const orders = [10, 20, 30].map(servo1 => core.steering.servo(mina, board.device, { servo1, servo2: 90 }))
    for (const order of orders) order.catch(() => {})
    await expect(orders[1]).rejects.toMatchObject({ code: 'superseded' })
    core.clock.advance(20_000)
    await expect(orders[0]).rejects.toMatchObject({ code: 'ack_timeout' })
    board.say({ type: 'ack', command_type: 'servo' })
    board.say({ type: 'ack', command_type: 'servo' })
    await core.done(orders[2]!)
    expect(commands(core).map(row => row.text)).toEqual([
      'servo: superseded',
      'servo: ack_timeout',
      'servo: acknowledged after 0 ms',
    ])
  })

  it('ends every order with device_offline when the board goes', async () => {
    const core = await Core.start()
    const board = await core.active()
    const orders = [
      core.steering.servo(mina, board.device, { servo1: 1, servo2: 2 }),
      core.steering.servo(mina, board.device, { servo1: 3, servo2: 4 }),
      core.steering.action(mina, board.device, { action: 'system_reboot' }),
    ]
    for (const order of orders) order.catch(() => {})
    core.disconnect(board)
    for (const order of orders) await expect(order).rejects.toMatchObject({ code: 'device_offline' })
  })

  it('does not wait for a camera, which acknowledges nothing', async () => {
    const core = await Core.start()
    const board = await core.active({ wants: 'esp32cam' })
    const shot = core.steering.action(mina, board.device, { action: 'capture_photo', quality: 80 })
    expect(await core.done(shot)).toEqual({ ack: null, latencyMs: 0 })
    expect(board.connection.ofType('action')).toMatchObject([{ command: { action: 'capture_photo', quality: 80 } }])
    expect(commands(core)).toMatchObject([{ text: 'capture_photo: sent', data: { outcome: 'sent' } }])
  })

  it('answers what the board did also while the disk is full: the row follows when it is back', async () => {
    const core = await Core.start()
    const board = await core.active()
    core.store.failure = new Error('disk full')
    const order = core.steering.servo(mina, board.device, { servo1: 1, servo2: 2 })
    board.say({ type: 'ack', command_type: 'servo', status: 'success' })
    expect(await core.done(order)).toMatchObject({ ack: { status: 'success' } })
    core.store.failure = undefined
    await core.clock.pass(10_000, 500)
    expect(core.store.rows().findLast(row => row.kind === 'command')!.data).toMatchObject({ outcome: 'acknowledged' })
  })

  it('gives the operator nothing secret that a board puts into its ack', async () => {
    const core = await Core.start()
    const board = await core.active()
    const order = core.steering.servo(mina, board.device, { servo1: 1, servo2: 2 })
    board.say({
      type: 'ack',
      command_type: 'servo',
      status: 'success',
      detail: { auth: board.token },
      message: board.token,
    })
    expect(JSON.stringify(await core.done(order))).not.toContain(board.token)
    expect(core.store.everything()).not.toContain(board.token)
  })

  it('takes an ack with odd values for no more than its two words say', async () => {
    const core = await Core.start()
    const board = await core.active()
    const order = core.steering.servo(mina, board.device, { servo1: 1, servo2: 2 })
    for (const odd of [
      { type: 'ack', command_type: 'ping', memory_free: -1 },
      { type: 'ack', command_type: 7 },
      { type: 'ack', command_type: { toString: 1 } },
      { type: 'ack', command_type: 'action', status: 5 },
    ])
      board.say(odd)
    let over = false
    void order.finally(() => (over = true))
    await core.flush()
    expect(over).toBe(false)
    board.say({ type: 'ack', command_type: 'servo', status: 'error', memory_free: 'much' })
    expect((await core.done(order)).ack).toMatchObject({ status: 'error' })
  })

  it('survives acks nested too deep to be parsed, and as deep as a message can be', async () => {
    const core = await Core.start()
    const board = await core.active()
    const order = core.steering.servo(mina, board.device, { servo1: 1, servo2: 2 })
    for (const levels of [30_000, 60])
      board.say(`{"type":"ack","command_type":"servo","detail":${'['.repeat(levels)}${']'.repeat(levels)}}`)
    expect(JSON.stringify((await core.done(order)).ack)).toContain('[too deep]')
  })
})
