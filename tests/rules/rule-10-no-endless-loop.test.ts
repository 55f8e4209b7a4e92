import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { esp32cam, pico } from '../support/handshakes.ts'
import { clientFrame, jsonOf, opcodes, RawClient } from '../support/raw.ts'

const unanswered = [
  { what: 'an ack', text: '{"type":"ack","command_type":"servo","status":"success"}' },
  { what: 'an ack of something unknown', text: '{"type":"ack","command_type":"unknown","status":"ignored"}' },
  { what: 'an ack of an error', text: '{"type":"ack","command_type":"error","status":"ignored"}' },
  { what: 'an ack with nothing but a message', text: '{"type":"ack","message":"done"}' },
  { what: 'a pong', text: '{"type":"pong","timestamp":"2021-01-01","device":"pico","memory_free":1}' },
  { what: 'a log', text: '{"type":"log","message":"hello","level":"info"}' },
  { what: 'a log of an error', text: '{"type":"log","message":"it broke","level":"error"}' },
  { what: 'an FPS log', text: '{"type":"log","message":"FPS: 9.97"}' },
  { what: 'an unknown type', text: '{"type":"telemetry_v2","x":1}' },
  { what: 'no type at all', text: '{"hello":"world"}' },
  { what: 'a type that is no string', text: '{"type":{"of":"ping"}}' },
  { what: 'a type that every object has', text: '{"type":"constructor"}' },
  { what: 'a test', text: '{"type":"test"}' },
  { what: 'an error', text: '{"type":"error","message":"unknown command"}' },
  { what: 'our own words', text: '{"type":"connection_ack","status":"success"}' },
  { what: 'a heartbeat', text: '{"type":"heartbeat","timestamp":30000,"device":"ESP32CAM"}' },
  { what: 'metadata of a picture', text: '{"type":"frame","size":1234}' },
  { what: 'a camera’s introduction', text: '{"type":"connection","status":"connected","device":"ESP32CAM"}' },
  { what: 'a taken photo', text: '{"type":"photo_sent","size":1234}' },
  { what: 'a failed photo', text: '{"type":"photo_error","message":"no flash"}' },
  { what: 'a system error', text: '{"type":"system_error","message":"brownout"}' },
  { what: 'text that is no JSON', text: '{"type":"ping"' },
  { what: 'a JSON array', text: '[{"type":"ping"}]' },
  { what: 'a JSON string', text: '"ping"' },
  { what: 'null', text: 'null' },
  { what: 'nothing', text: '' },
]

/** With this limit no keep-alive comes between question and answer, however slow the machine is. */
const silent = { pingEveryMs: 600_000 }

describe('rule 10: ack, pong, log and unknown types never get a reply', () => {
  it.each(unanswered)('says nothing to $what', async ({ text }) => {
    await using gateway = await startGateway({ limits: silent })
    for (const shake of [
      pico({ port: gateway.port, token: await gateway.mint('pico') }),
      esp32cam({ token: await gateway.mint('esp32cam') }),
    ]) {
      await using board = await RawClient.open(gateway.port, shake)
      await board.message('connection_ack')
      await board.send(text)
      expect((await board.saidMeanwhile()).map(jsonOf)).toEqual([])
    }
  })

  it('says nothing to an ack once its board is approved and steered, either', async () => {
    await using gateway = await startGateway({ enrolment: 'open', limits: silent })
    await using board = await RawClient.open(
      gateway.port,
      pico({ port: gateway.port, token: await gateway.mint('pico') }),
    )
    await board.message('connection_ack')
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    const order = gateway.api('POST', `/api/devices/${devices[0].id}/servo`, { servo1: 20, servo2: 30 })
    await board.message('servo')
    await board.send({ type: 'ack', command_type: 'servo', status: 'success' })
    expect((await order).status).toBe(200)
    expect(await board.saidMeanwhile()).toEqual([])
  })

  it('comes to rest with a Pico, which acknowledges every word it does not know', async () => {
    await using gateway = await startGateway({ enrolment: 'open', limits: silent })
    await using board = await RawClient.open(
      gateway.port,
      pico({ port: gateway.port, token: await gateway.mint('pico') }),
    )
    const known = new Set(['connection_ack', 'ping', 'pong', 'servo', 'servo_smooth', 'action', 'status', 'error'])
    let acked = 0
    board.socket.prependListener('data', () => {
      for (; acked < board.frames.length; acked++) {
        const frame = board.frames[acked]!
        if (frame.opcode !== opcodes.text) continue
        const { type } = jsonOf(frame)
        if (!known.has(type) || type === 'error')
          void board.write(
            clientFrame({ payload: JSON.stringify({ type: 'ack', command_type: type, status: 'ignored' }) }),
          )
      }
    })
    await board.send({ type: 'connect', device: 'pico', version: '1.0.0' })
    await board.send({ type: 'sensor_data', sensor_type: 'temperature', data: { sequence: 1 } })
    await board.send({ type: 'servo', command: { servo1: 90, servo2: 90 } })
    await board.send({ type: 'what is this' })
    await board.message('ack')
    await board.message('ack')
    for (let rounds = 0; rounds < 5; rounds++) await board.saidMeanwhile()
    // Two connection_ack, two acks and five pongs.
    expect(board.frames.map(jsonOf).map(message => message.type)).toEqual([
      'connection_ack',
      'connection_ack',
      expect.stringMatching('ack'),
      expect.stringMatching('ack'),
      ...Array(5).fill('pong'),
    ])
  })

  it('answers a connect once and no second time', async () => {
    await using gateway = await startGateway({ limits: silent })
    await using board = await RawClient.open(
      gateway.port,
      pico({ port: gateway.port, token: await gateway.mint('pico') }),
    )
    await board.message('connection_ack')
    await board.send({ type: 'connect', device: 'pico' })
    await board.message('connection_ack')
    await board.send({ type: 'connect', device: 'pico' })
    expect(await board.saidMeanwhile()).toEqual([])
  })
})
