import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { pico } from '../support/handshakes.ts'
import { entry, journal } from '../support/journal.ts'
import { closeFrame, RawClient } from '../support/raw.ts'

async function talk(enrolment: 'open' | 'approve' = 'open') {
  // With this limit no keep-alive comes between question and answer, however slow the machine is.
  const gateway = await startGateway({ enrolment, limits: { pingEveryMs: 600_000 } })
  const board = await RawClient.open(gateway.port, pico({ port: gateway.port, token: await gateway.mint('pico') }))
  await board.message('connection_ack')
  return {
    gateway,
    board,
    async [Symbol.asyncDispose]() {
      await board[Symbol.asyncDispose]()
      await gateway[Symbol.asyncDispose]()
    },
  }
}

const broken = [
  { what: 'a log whose text is not escaped', payload: '{"type":"log","message":"he said "hi"","level":"info"}' },
  { what: 'a line break within a string', payload: '{"type":"log","message":"one\ntwo"}' },
  { what: 'a message that breaks off', payload: '{"type":"log","message":"on' },
  { what: 'single quotes', payload: "{'type':'log','message':'x'}" },
  { what: 'NaN', payload: '{"type":"sensor_data","data":{"t":nan}}' },
  { what: 'a comma too many', payload: '{"type":"log","message":"x",}' },
  { what: 'two objects in one', payload: '{"type":"log"}{"type":"log"}' },
  { what: 'a zero at the end', payload: '{"type":"log","message":"x"}\0' },
  { what: 'plain words', payload: 'Guru Meditation Error: Core 1 panic’ed (LoadProhibited)' },
  { what: 'nothing', payload: '' },
  { what: 'an array', payload: '[1,2,3]' },
  { what: 'a number', payload: '42' },
  { what: 'brackets to the horizon', payload: '['.repeat(60_000) },
  { what: 'bytes that are no UTF-8', payload: Buffer.from([0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22]) },
  {
    what: 'a log whose text is Latin-1',
    payload: Buffer.from('{"type":"log","message":"Tür offen", "level":info}', 'latin1'),
  },
]

describe('rule 23: JSON is read without assumptions, and invalid text is logged and counted, never fatal', () => {
  it.each([
    '{"message":"order","level":"info","type":"log"}',
    '{"type":"log","level":"info","message":"order"}',
    '\n{\t"level" : "info" ,\r\n "type" : "log", "message":"order" }  ',
    '{"message":"order","nested":{"type":"ping"},"type":"log"}',
    '{"type":"ping","message":"order","type":"log"}',
    '{"\\u0074ype":"log","message":"order"}',
  ])('reads %s', async text => {
    await using conversation = await talk()
    const { board, gateway } = conversation
    await board.send(text)
    expect(await board.saidMeanwhile()).toEqual([])
    const row = await entry(gateway, ({ data }) => data?.type === 'log')
    expect(row).toMatchObject({ kind: 'message', data: { type: 'log', message: 'order' } })
  })

  it.each([
    'دروازه باز شد 🚪',
    'Tür geöffnet',
    'zero \u0000 inside',
    'a lone surrogate \ud83d',
    'back\\slash and "quotes"',
    'x'.repeat(1_500),
    '\u2028\u2029\u202e',
  ])('keeps the words %j as they were said', async words => {
    await using conversation = await talk()
    const { board, gateway } = conversation
    await board.send({ type: 'log', message: words })
    await board.saidMeanwhile()
    const row = await entry(gateway, ({ data }) => data?.type === 'log')
    expect(row.data.message.toWellFormed()).toBe(words.toWellFormed())
  })

  it.each(broken)('survives $what, and writes it down', async ({ payload }) => {
    await using conversation = await talk()
    const { board, gateway } = conversation
    await board.sendFrame({ payload })
    expect(await board.saidMeanwhile()).toEqual([])
    const row = await entry(gateway, ({ kind, data }) => kind === 'message' && data.type === 'invalid')
    expect(row.deviceId).toMatch(/^d_/)
  })

  it('counts all of them', async () => {
    await using conversation = await talk()
    const { board, gateway } = conversation
    for (const { payload } of broken) await board.sendFrame({ payload })
    await board.saidMeanwhile()
    await board.write(closeFrame(1000))
    await board.ended()
    board.socket.end()
    expect(await entry(gateway, ({ kind }) => kind === 'traffic')).toMatchObject({
      data: { invalidTexts: broken.length },
    })
  })

  it('survives the same while its board waits for approval, and shows it to the owner', async () => {
    await using conversation = await talk('approve')
    const { board, gateway } = conversation
    for (const { payload } of broken) await board.sendFrame({ payload })
    await board.saidMeanwhile()
    const [{ id }] = (await gateway.api('GET', '/api/devices')).body.devices
    const { device } = (await gateway.api('GET', `/api/devices/${id}`)).body
    expect(device.messages).toHaveLength(broken.length)
    expect(device.online).toBe(true)
  })

  it.each([
    '{"type":"connect","device":{"a":1},"version":7,"memory_free":"lots","servo1_angle":"ninety"}',
    '{"type":"ack","command_type":5,"status":{"x":1},"detail":[1,[2,[3]]]}',
    '{"type":"sensor_data","data":null}',
    '{"type":"sensor_data"}',
    '{"type":"servo","command":"up"}',
    '{"type":"servo"}',
    '{"type":"frame","size":"big"}',
    '{"type":"heartbeat","memory_free":-5,"uptime":1e999}',
    '{"type":"log","message":{"a":1},"level":7}',
    '{"__proto__":{"type":"ping"},"type":"log","message":"x"}',
    '{"type":"log","message":"x","constructor":{"prototype":{"polluted":1}}}',
    '{"type":"toString"}',
    '{"type":null}',
    '{"type":["ping"]}',
  ])('survives values nobody expects: %s', async text => {
    await using conversation = await talk()
    const { board, gateway } = conversation
    await board.send(text)
    await board.saidMeanwhile()
    await board.send({ type: 'sensor_data', sensor_type: 'after', data: { sequence: 7 } })
    expect(await board.message('ack')).toMatchObject({ command_type: expect.any(String) })
    const [device] = (await gateway.api('GET', '/api/devices')).body.devices
    expect(device.online).toBe(true)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect((await journal(gateway)).length).toBeGreaterThan(0)
  })
})
