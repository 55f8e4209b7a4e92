import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'

describe('rule 13: a servo command always carries both angles', () => {
  it('takes the missing angle from what the board said when it came', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway, { acknowledges: true })
    board.send({ type: 'connect', device: 'pico', servo1_angle: 35, servo2_angle: 120 })
    await board.settled()
    expect((await board.api('POST', '/servo', { servo1: 70 })).status).toBe(200)
    expect(await board.next('servo')).toEqual({ type: 'servo', command: { servo1: 70, servo2: 120 } })
    expect((await board.api('POST', '/servo', { servo2: 60 })).status).toBe(200)
    expect(await board.next('servo')).toEqual({ type: 'servo', command: { servo1: 70, servo2: 60 } })
  })

  it('takes it from the position the board reported since', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway, { acknowledges: true })
    board.send({ type: 'servo', command: { servo1: 44, servo2: 55 } })
    expect(await board.next('ack')).toMatchObject({ command_type: 'servo', status: 'success' })
    await board.api('POST', '/servo', { servo1: 50 })
    expect((await board.next('servo')).command).toEqual({ servo1: 50, servo2: 55 })
  })

  it('takes it from what the board acknowledged, and not from what it refused', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway)
    const order = async (body: object, status: string) => {
      const answer = board.api('POST', '/servo', body)
      const { command } = await board.next('servo')
      board.send({ type: 'ack', command_type: 'servo', status })
      await answer
      return command
    }
    await order({ servo1: 30, servo2: 40 }, 'success')
    await order({ servo1: 150, servo2: 150 }, 'error')
    expect(await order({ servo1: 60 }, 'success')).toEqual({ servo1: 60, servo2: 40 })
  })

  it('remembers the angles when the board comes back, and when the gateway restarts', async () => {
    await using first = await startGateway()
    const token = await first.mint('pico')
    let deviceId: string
    {
      await using board = await Board.active(first, { token, acknowledges: true })
      deviceId = board.deviceId!
      await board.api('POST', '/servo', { servo1: 25, servo2: 155 })
    }
    {
      await using board = await Board.connect(first, { token, deviceId, acknowledges: true })
      await board.api('POST', '/servo', { servo1: 26 })
      expect((await board.next('servo')).command).toEqual({ servo1: 26, servo2: 155 })
    }
    await first.stop()
    await using second = await startGateway({ dataDir: first.dataDir })
    await using board = await Board.connect(second, { token, deviceId, acknowledges: true })
    await board.api('POST', '/servo', { servo1: 27 })
    expect((await board.next('servo')).command).toEqual({ servo1: 27, servo2: 155 })
  })

  it('asks for the other angle when nobody knows it, and sends nothing', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway)
    const answer = await board.api('POST', '/servo', { servo1: 70 })
    expect(answer).toMatchObject({ status: 400, body: { status: 'error', code: 'angle_unknown' } })
    await board.settled()
    expect(board.messages.filter(({ type }) => type === 'servo')).toEqual([])
  })

  it('sends whole degrees, by the words servo and servo_smooth and never command', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway, { acknowledges: true })
    expect((await board.api('POST', '/servo', { servo1: 70, servo2: 20 })).status).toBe(200)
    expect((await board.api('POST', '/servo', { servo1: 80, servo2: 30, smooth: true })).status).toBe(200)
    await board.api('POST', '/servo', { servo1: 80.6, servo2: 30.2 })
    const orders = board.messages.filter(message => 'command' in message)
    expect(orders.slice(0, 2)).toEqual([
      { type: 'servo', command: { servo1: 70, servo2: 20 } },
      { type: 'servo_smooth', command: { servo1: 80, servo2: 30 } },
    ])
    // The gateway may reject or round fractions, but must never send one to a board.
    for (const { command } of orders)
      expect([command.servo1, command.servo2].every(angle => Number.isInteger(angle))).toBe(true)
  })

  it.each([
    { servo1: 181, servo2: 90 },
    { servo1: -1, servo2: 90 },
    { servo1: '90', servo2: 90 },
    { servo1: null, servo2: 90 },
  ])('refuses %j', async order => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway)
    expect(await board.api('POST', '/servo', order)).toMatchObject({ status: 400, body: { status: 'error' } })
  })
})
