import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/limits.ts'
import { Board } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'
import { journal } from '../support/journal.ts'
import { until } from '../support/until.ts'

const sent = (board: Board) =>
  board.messages.filter(message => message.type === 'servo').map(message => message.command.servo1)

describe('rule 12: a device has one outstanding servo command: the latest wins, and its ack may take 20 s', () => {
  it('waits 20 s, longer than the slowest move', () => {
    expect(defaultLimits.ackTimeoutMs).toBe(20_000)
  })

  it('sends the next one only after the ack of the one before', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway)
    const first = board.api('POST', '/servo', { servo1: 30, servo2: 90 })
    await board.next('servo')
    const second = board.api('POST', '/servo', { servo1: 40, servo2: 90 })
    const third = board.api('POST', '/servo', { servo1: 50, servo2: 90 })
    const superseded = await Promise.race([second, third])
    expect(superseded).toMatchObject({ status: 409, body: { status: 'error', code: 'superseded' } })
    await board.settled()
    expect(sent(board)).toEqual([30])
    board.send({ type: 'ack', command_type: 'servo', status: 'success', detail: 'first' })
    expect(await first).toMatchObject({ status: 200, body: { status: 'ok', ack: { detail: 'first' } } })
    const { command } = await board.next('servo')
    board.send({ type: 'ack', command_type: 'servo', status: 'success', detail: 'last' })
    const answers = await Promise.all([second, third])
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 409])
    // The command that moved the servo is the one whose request arrived last.
    expect(answers[command.servo1 === 40 ? 0 : 1]!.body.ack.detail).toBe('last')
    expect(sent(board)).toHaveLength(2)
  })

  it('answers 504 when the board says nothing, and sends what waits then', async () => {
    await using gateway = await startGateway({ limits: { ackTimeoutMs: 300 } })
    await using board = await Board.active(gateway)
    const first = board.api('POST', '/servo', { servo1: 30, servo2: 90 })
    await board.next('servo')
    const second = board.api('POST', '/servo', { servo1: 40, servo2: 90 })
    expect(await first).toMatchObject({ status: 504, body: { code: 'ack_timeout' } })
    expect(await board.next('servo')).toMatchObject({ command: { servo1: 40, servo2: 90 } })
    expect(await second).toMatchObject({ status: 504 })
  })

  it('keeps one device’s commands apart from another’s', async () => {
    await using gateway = await startGateway()
    await using one = await Board.active(gateway)
    await using other = await Board.active(gateway, { acknowledges: true })
    const waiting = one.api('POST', '/servo', { servo1: 30, servo2: 90 })
    await one.next('servo')
    expect(await other.api('POST', '/servo', { servo1: 30, servo2: 90 })).toMatchObject({ status: 200 })
    one.send({ type: 'ack', command_type: 'servo', status: 'success' })
    expect(await waiting).toMatchObject({ status: 200 })
  })

  it('does not send what became too old while it waited', async () => {
    // The limit is long, so that the second command arrives while the first one waits, however slow the machine is.
    await using gateway = await startGateway({ limits: { ackTimeoutMs: 3_000 } })
    await using board = await Board.active(gateway)
    const first = board.api('POST', '/servo', { servo1: 30, servo2: 90 })
    await board.next('servo')
    const second = board.api('POST', '/servo', { servo1: 40, servo2: 90, ttlMs: 50 })
    expect(await first).toMatchObject({ status: 504 })
    expect(await second).toMatchObject({ status: 409, body: { code: 'command_expired' } })
    await board.settled()
    expect(sent(board)).toEqual([30])
  })

  it('ends what is outstanding and what waits when the board goes', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway)
    const first = board.api('POST', '/servo', { servo1: 30, servo2: 90 })
    await board.next('servo')
    const second = board.api('POST', '/servo', { servo1: 40, servo2: 90 })
    const third = board.api('POST', '/servo', { servo1: 50, servo2: 90 })
    await Promise.race([second, third])
    board.ws.terminate()
    const codes = (await Promise.all([first, second, third])).map(answer => answer.body.code)
    expect(codes.sort()).toEqual(['device_offline', 'device_offline', 'superseded'])
  })

  it('writes every outcome down', async () => {
    // The limit is long, so that the acks arrive before the second command times out, however slow the machine is.
    await using gateway = await startGateway({ limits: { ackTimeoutMs: 2_000 } })
    await using board = await Board.active(gateway)
    await board.api('POST', '/servo', { servo1: 30, servo2: 90 })
    const order = board.api('POST', '/servo', { servo1: 40, servo2: 90 })
    await board.next('servo')
    await board.next('servo')
    // The first ack counts for the first command, which has already timed out.
    board.send({ type: 'ack', command_type: 'servo', status: 'success' })
    board.send({ type: 'ack', command_type: 'servo', status: 'success' })
    expect(await order).toMatchObject({ status: 200 })
    const outcomes = await until('both outcomes', async () => {
      const entries = await journal(gateway, 'kind=command')
      return entries.length === 2 && entries.map(({ data }) => data.outcome)
    })
    expect(outcomes).toEqual(['acknowledged', 'ack_timeout'])
  })
})
