import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/limits.ts'
import { startGateway } from '../support/gateway.ts'
import { esp32cam, pico } from '../support/handshakes.ts'
import { entry } from '../support/journal.ts'
import { jpeg } from '../support/jpeg.ts'
import { clientFrame, closeCodeOf, RawClient } from '../support/raw.ts'

/** A thirtieth of the rule’s 45 s. */
const limits = { pingEveryMs: 300, deadAfterMs: 1_500 }

describe('rule 11: a connection is dead after 45 s without any inbound byte, and not sooner', () => {
  it('waits exactly that long, which is longer than a Pico is deaf while a servo moves', () => {
    expect(defaultLimits.deadAfterMs).toBe(45_000)
  })

  it('ends a connection that sent not a byte for so long, and marks its device offline', async () => {
    await using gateway = await startGateway({ limits })
    await using board = await RawClient.open(
      gateway.port,
      pico({ port: gateway.port, token: await gateway.mint('pico') }),
    )
    await board.send({ type: 'connect' })
    const lastByteAt = performance.now()
    const close = await board.control('close')
    expect(closeCodeOf(close)).toBe(4010)
    expect(close.at - lastByteAt).toBeGreaterThanOrEqual(limits.deadAfterMs - 1)
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    expect(devices).toMatchObject([{ online: false, presence: 'reconnecting' }])
    expect(await entry(gateway, ({ kind }) => kind === 'connection.closed')).toMatchObject({
      data: { code: 4010, by: 'gateway' },
    })
  })

  it.each([
    { what: 'a protocol pong', bytes: clientFrame({ opcode: 'pong', payload: 'dvz' }) },
    { what: 'a text it cannot read', bytes: clientFrame({ payload: '???' }) },
    { what: 'a heartbeat', bytes: clientFrame({ payload: '{"type":"heartbeat"}' }) },
    { what: 'an empty binary message', bytes: clientFrame({ opcode: 'binary' }) },
  ])('keeps a board for another while after $what', async ({ bytes }) => {
    await using gateway = await startGateway({ limits })
    await using board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    const texts = () => board.message('ping')
    // The board is silent for nearly the whole limit, sends something, and is silent again until it is closed.
    for (let turn = 0; turn < 3; turn++) await texts()
    await board.write(bytes)
    const aliveAt = performance.now()
    const close = await board.control('close')
    expect(close.at - aliveAt).toBeGreaterThanOrEqual(limits.deadAfterMs - 1)
  })

  it('counts every byte, those of a picture that is still on its way included', async () => {
    await using gateway = await startGateway({ limits })
    await using board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    const bytes = clientFrame({ opcode: 'binary', payload: jpeg(100) })
    // One byte per ping makes the picture take several times the limit.
    for (const byte of bytes.subarray(0, 20)) {
      await board.write(Buffer.from([byte]))
      await board.message('ping')
    }
    await board.write(bytes.subarray(20))
    await board.saidMeanwhile()
    expect(board.over).toBe(false)
  })
})
