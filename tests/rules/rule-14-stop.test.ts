import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'

/** An active board whose servo angles the gateway knows. */
async function standing(gateway: Awaited<ReturnType<typeof startGateway>>, angle = 20): Promise<Board> {
  const board = await Board.active(gateway)
  board.send({ type: 'servo', command: { servo1: angle, servo2: angle } })
  await board.next('ack')
  return board
}

const acknowledge = (board: Board, type: string, detail?: string) =>
  board.send({ type: 'ack', command_type: type, status: 'success', detail })

describe('rule 14: a stop ends only moves that have not started, so long moves are split', () => {
  it('sends a long smooth move in steps, each after the ack of the one before', async () => {
    await using gateway = await startGateway()
    await using board = await standing(gateway, 20)
    const order = board.api('POST', '/servo', { servo1: 160, servo2: 90, smooth: true })
    const steps: { servo1: number; servo2: number }[] = []
    do {
      const { command } = await board.next('servo_smooth')
      steps.push(command)
      await board.settled()
      expect(board.messages.filter(({ type }) => type === 'servo_smooth')).toHaveLength(steps.length)
      acknowledge(board, 'servo_smooth', `step ${steps.length}`)
    } while (steps.at(-1)!.servo1 !== 160)
    expect((await order).body.ack.detail).toBe(`step ${steps.length}`)
    expect(steps.length).toBeGreaterThan(2)
    expect(steps.at(-1)).toEqual({ servo1: 160, servo2: 90 })
    for (const [index, step] of steps.entries()) {
      const before = steps[index - 1] ?? { servo1: 20, servo2: 20 }
      expect(step.servo1 - before.servo1).toBeGreaterThan(0)
      expect(step.servo1 - before.servo1).toBeLessThanOrEqual(45)
    }
  })

  it.each(['emergency_stop', 'emergency_stop_smooth'])('lets %s pass a servo command that waits', async action => {
    await using gateway = await startGateway()
    await using board = await standing(gateway)
    const moving = board.api('POST', '/servo', { servo1: 30, servo2: 30 })
    await board.next('servo')
    const waiting = board.api('POST', '/servo', { servo1: 40, servo2: 40 })
    // The test cannot see that the second order waits, so it sends a third order, which takes its place.
    const third = board.api('POST', '/servo', { servo1: 50, servo2: 50 })
    await Promise.race([waiting, third])
    const stop = board.api('POST', '/action', { action })
    expect(await board.next('action')).toMatchObject({ command: { action } })
    expect((await Promise.all([waiting, third])).map(answer => answer.body.code)).toEqual(['superseded', 'superseded'])
    acknowledge(board, 'servo', 'the move')
    expect((await moving).body.ack.detail).toBe('the move')
    acknowledge(board, 'action', 'the stop')
    expect((await stop).body.ack.detail).toBe('the stop')
    await board.settled()
    expect(board.messages.filter(({ type }) => type === 'servo')).toHaveLength(1)
  })

  it('sends no further step of a move after a stop', async () => {
    await using gateway = await startGateway()
    await using board = await standing(gateway, 20)
    const moving = board.api('POST', '/servo', { servo1: 160, servo2: 160, smooth: true })
    await board.next('servo_smooth')
    const stop = board.api('POST', '/action', { action: 'emergency_stop' })
    await board.next('action')
    acknowledge(board, 'servo_smooth')
    expect(await moving).toMatchObject({ status: 409, body: { code: 'superseded' } })
    acknowledge(board, 'action')
    expect((await stop).status).toBe(200)
    await board.settled()
    expect(board.messages.filter(({ type }) => type === 'servo_smooth')).toHaveLength(1)
  })

  it('answers a stop with what the board said, and not before it said so', async () => {
    await using gateway = await startGateway({ limits: { ackTimeoutMs: 300 } })
    await using board = await standing(gateway)
    const silent = await board.api('POST', '/action', { action: 'emergency_stop' })
    expect(silent).toMatchObject({ status: 504, body: { code: 'ack_timeout' } })
  })

  it('never takes a late ack for that of the next command', async () => {
    // The limit is long, so that the acks arrive before the next command times out, however slow the machine is.
    await using gateway = await startGateway({ limits: { ackTimeoutMs: 2_000 } })
    await using board = await standing(gateway)
    expect(await board.api('POST', '/servo', { servo1: 30, servo2: 30 })).toMatchObject({ status: 504 })
    const next = board.api('POST', '/servo', { servo1: 40, servo2: 40 })
    await board.next('servo')
    await board.next('servo')
    acknowledge(board, 'servo', 'late')
    acknowledge(board, 'servo', 'its own')
    expect(await next).toMatchObject({ status: 200, body: { ack: { detail: 'its own' } } })
  })

  it('takes an ack that says nothing about its command for the one that is outstanding', async () => {
    await using gateway = await startGateway()
    await using board = await standing(gateway)
    const order = board.api('POST', '/servo', { servo1: 40, servo2: 40 })
    await board.next('servo')
    board.send({ type: 'ack', message: 'ok' })
    expect(await order).toMatchObject({ status: 200, body: { ack: { type: 'ack', message: 'ok' } } })
  })

  it('does not take the ack of something else for its own', async () => {
    await using gateway = await startGateway({ limits: { ackTimeoutMs: 400 } })
    await using board = await standing(gateway)
    const order = board.api('POST', '/servo', { servo1: 40, servo2: 40 })
    await board.next('servo')
    for (const type of ['unknown', 'error', 'ping', 'action', 'servo_smooth']) acknowledge(board, type)
    expect(await order).toMatchObject({ status: 504 })
  })
})
