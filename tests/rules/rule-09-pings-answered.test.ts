import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { esp32cam, pico } from '../support/handshakes.ts'
import { jpeg } from '../support/jpeg.ts'
import { clientFrame, opcodes, RawClient, zeroMask } from '../support/raw.ts'

describe('rule 9: a JSON ping is answered with a JSON pong, and a protocol ping with a protocol pong', () => {
  it.each([
    {
      what: 'as the firmware writes it',
      text: '{"type": "ping", "timestamp": "2021-01-01 00:00:09", "memory_free": 98000}',
    },
    { what: 'with its type last', text: '{"memory_free":98000,"device":"pico","type":"ping"}' },
    { what: 'with more than the gateway knows', text: '{"type":"ping","x":{"y":[1,2,3]},"device":7}' },
    { what: 'with white space around it', text: ' \r\n\t{ "type" : "ping" } \n' },
  ])('answers a JSON ping $what', async ({ text }) => {
    await using gateway = await startGateway()
    await using board = await RawClient.open(
      gateway.port,
      pico({ port: gateway.port, token: await gateway.mint('pico') }),
    )
    await board.send(text)
    expect(await board.message('pong')).toEqual({ type: 'pong', timestamp: expect.any(String) })
  })

  it('answers each of many, and no more than that', async () => {
    // Enrolment is open, because a pending board has a budget that would limit its pings.
    await using gateway = await startGateway({ enrolment: 'open' })
    await using board = await RawClient.open(
      gateway.port,
      pico({ port: gateway.port, token: await gateway.mint('pico') }),
    )
    await board.message('connection_ack')
    await board.write(Buffer.concat(Array.from({ length: 200 }, () => clientFrame({ payload: '{"type":"ping"}' }))))
    await board.sendFrame({ opcode: 'ping', payload: 'after them' })
    await board.control('pong')
    expect(
      board.frames.filter(frame => frame.opcode === opcodes.text && frame.payload.includes('"pong"')),
    ).toHaveLength(200)
  })

  it.each([
    { what: 'without a payload', payload: Buffer.alloc(0) },
    { what: 'with the longest payload there is', payload: Buffer.alloc(125, 'p') },
    { what: 'with a payload that is no text', payload: Buffer.from([0, 255, 128, 7]) },
  ])('answers a protocol ping $what with the same payload', async ({ payload }) => {
    await using gateway = await startGateway()
    await using board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    for (const mask of [zeroMask, Buffer.from([1, 2, 3, 4])]) {
      await board.sendFrame({ opcode: 'ping', payload, mask })
      expect((await board.control('pong')).payload).toEqual(payload)
    }
  })

  it('answers a camera that pings between its pictures, and between the fragments of one', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    await using board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    const picture = jpeg(50_000)
    await board.sendBinary(picture)
    await board.sendFrame({ opcode: 'ping', payload: 'one' })
    expect((await board.control('pong')).payload.toString()).toBe('one')
    await board.sendFrame({ opcode: 'binary', payload: picture.subarray(0, 20_000), fin: false })
    await board.sendFrame({ opcode: 'ping', payload: 'two' })
    await board.sendFrame({ opcode: 'continuation', payload: picture.subarray(20_000) })
    expect((await board.control('pong')).payload.toString()).toBe('two')
    await board.saidMeanwhile()
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    const { body } = await gateway.api('GET', `/api/devices/${devices[0].id}/snapshot.jpg`)
    expect(body.equals(picture)).toBe(true)
  })
})
