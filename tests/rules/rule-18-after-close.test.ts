import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'
import { esp32cam } from '../support/handshakes.ts'
import { entry, journal } from '../support/journal.ts'
import { closeCodeOf, closeFrame, opcodes, RawClient } from '../support/raw.ts'

describe('rule 18: nothing is sent after our Close, and 1005 and 1006 are normal ends', () => {
  it('says nothing after its Close, whatever the board still says', async () => {
    await using gateway = await startGateway({ limits: { pingEveryMs: 100, closeWaitMs: 1_000 } })
    await using board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    await board.message('connection_ack')
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    await gateway.api('POST', `/api/devices/${devices[0].id}/block`, {})
    expect(closeCodeOf(await board.control('close'))).toBe(4001)
    await board.send({ type: 'ping' })
    await board.send({ type: 'connect' })
    await board.send({ type: 'sensor_data', sensor_type: 'x', data: { sequence: 1 } })
    await board.send({ type: 'servo', command: { servo1: 1, servo2: 1 } })
    await board.sendFrame({ opcode: 'ping', payload: 'anybody?' })
    // Answers to all of these, and several keep-alives, would have arrived before the gateway closes the socket.
    await board.ended()
    expect(board.frames.at(-1)!.opcode).toBe(opcodes.close)
    expect(board.frames.filter(frame => frame.opcode === opcodes.close)).toHaveLength(1)
  })

  it.each([
    { what: 'without a code', bytes: closeFrame() },
    { what: 'with the code it was told', bytes: closeFrame(4001) },
    { what: 'with another code', bytes: closeFrame(1000, 'bye') },
  ])('ends quietly with a board that answers $what', async ({ bytes }) => {
    await using gateway = await startGateway()
    await using board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    await board.message('connection_ack')
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    await gateway.api('POST', `/api/devices/${devices[0].id}/block`, {})
    await board.control('close')
    await board.write(bytes)
    await board.ended()
    expect(board.error).toBeUndefined()
    const ends = (await journal(gateway)).filter(({ kind }) => kind === 'connection.closed')
    expect(ends).toMatchObject([{ data: { code: 4001, by: 'gateway' } }])
  })

  it.each([
    { what: 'a Close without a code', code: 1005, leave: (board: RawClient) => board.write(closeFrame()) },
    { what: 'a Close with 1000', code: 1000, leave: (board: RawClient) => board.write(closeFrame(1000)) },
    { what: 'a reset', code: 1006, leave: async (board: RawClient) => board.reset() },
    { what: 'a bare FIN', code: 1006, leave: async (board: RawClient) => void board.socket.end() },
  ])('takes $what for a normal end', async ({ code, leave }) => {
    await using gateway = await startGateway()
    await using board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    await board.message('connection_ack')
    await leave(board)
    await board.ended()
    board.socket.end()
    expect(await entry(gateway, ({ kind }) => kind === 'connection.closed')).toMatchObject({
      data: { code, by: 'board' },
    })
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    expect(devices).toMatchObject([{ online: false, presence: 'reconnecting' }])
    expect((await journal(gateway)).filter(({ data }) => data?.event === 'protocol_error')).toEqual([])
  })

  it('answers a board’s Close with a Close, and says nothing after it', async () => {
    await using gateway = await startGateway({ limits: { pingEveryMs: 100 } })
    await using board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    await board.message('connection_ack')
    await board.write(closeFrame(1000))
    await board.control('close')
    await board.ended()
    expect(board.frames.at(-1)!.opcode).toBe(opcodes.close)
  })

  it('sends no command into a connection that is closing', async () => {
    await using gateway = await startGateway({ limits: { closeWaitMs: 500 } })
    await using old = await Board.active(gateway)
    const { token, deviceId } = old
    await using board = await RawClient.open(
      gateway.port,
      `${['GET /ws/pico HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==', `Authorization: Bearer ${token}`, `X-Device-ID: ${deviceId}`].join('\r\n')}\r\n\r\n`,
    )
    await board.message('connection_ack')
    await old.closed
    await board.write(closeFrame(1000))
    await board.control('close')
    expect(await old.api('POST', '/servo', { servo1: 20, servo2: 20 })).toMatchObject({
      status: 409,
      body: { code: 'device_offline' },
    })
  })
})
