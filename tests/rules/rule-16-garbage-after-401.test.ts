import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { spawnGateway, startGateway } from '../support/gateway.ts'
import { esp32cam } from '../support/handshakes.ts'
import { journal } from '../support/journal.ts'
import { closeFrame, RawClient } from '../support/raw.ts'

const forged = esp32cam({ token: 'not-a-token' })

describe('rule 16: bytes that a rejected ESP32 still writes are expected, and logged once at a low level', () => {
  it('answers in full to a board that writes a close frame after its 401', async () => {
    await using gateway = await startGateway()
    await using board = await RawClient.connect(gateway.port, { from: '127.0.16.1' })
    await board.write(forged)
    const answer = await board.answer()
    expect(answer.status).toBe(401)
    expect(answer.json()).toMatchObject({ status: 'error', code: 'token_unknown' })
    await board.write(closeFrame(1000))
    await board.write(closeFrame())
    await board.ended()
    expect(board.error).toBeUndefined()
  })

  it('answers in full to a board that writes it together with its request', async () => {
    await using gateway = await startGateway()
    await using board = await RawClient.connect(gateway.port, { from: '127.0.16.2' })
    await board.write(Buffer.concat([Buffer.from(forged), closeFrame(1000), Buffer.alloc(5_000, 0xff)]))
    expect((await board.answer()).json()).toMatchObject({ code: 'token_unknown' })
    await board.ended()
    expect(board.error).toBeUndefined()
  })

  it('answers in full to a board that writes it while it is held', async () => {
    await using gateway = await startGateway({ limits: { refusalHoldMinMs: 300, refusalHoldMaxMs: 400 } })
    await using first = await RawClient.connect(gateway.port, { from: '127.0.16.3' })
    await first.write(forged)
    await first.answer()
    await using held = await RawClient.connect(gateway.port, { from: '127.0.16.3' })
    await held.write(forged)
    for (let count = 0; count < 20; count++) await held.writeInPieces(closeFrame(1000))
    expect((await held.answer()).status).toBe(401)
    await held.ended()
    expect(held.error).toBeUndefined()
  })

  it('survives boards that are gone in the middle of it', async () => {
    await using gateway = await startGateway({ limits: { refusalHoldMinMs: 100, refusalHoldMaxMs: 200 } })
    for (let count = 0; count < 20; count++) {
      const board = await RawClient.connect(gateway.port, { from: '127.0.16.4' })
      await board.write(forged)
      if (count % 2) await board.write(closeFrame(1000))
      board.reset()
    }
    await using board = await Board.connect(gateway)
    await board.next('connection_ack')
  })

  it('writes one entry for each refusal, and none for what followed it', async () => {
    await using gateway = await startGateway()
    await using board = await RawClient.connect(gateway.port, { from: '127.0.16.5' })
    await board.write(forged)
    await board.answer()
    for (let count = 0; count < 10; count++) await board.write(closeFrame(1000))
    board.reset()
    await using other = await Board.connect(gateway)
    await other.settled()
    const entries = (await journal(gateway)).filter(({ address }) => address === '127.0.16.5')
    expect(entries).toMatchObject([
      { kind: 'refusal', data: { code: 'token_unknown', library: 'ArduinoWebsockets', path: '/ws/esp32cam' } },
    ])
  })

  it('raises no warning and no error in the log of the product', async () => {
    await using gateway = await spawnGateway({ args: ['--log-level', 'debug'] })
    for (let count = 0; count < 5; count++) {
      await using board = await RawClient.connect(gateway.port, { from: `127.0.16.${10 + count}` })
      await board.write(forged)
      await board.answer()
      await board.write(closeFrame(1000))
      board.reset()
    }
    await using other = await Board.connect(gateway)
    await other.settled()
    await gateway.stop()
    const lines = gateway
      .output()
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line))
    expect(lines.filter(line => line.kind === 'refusal')).toHaveLength(5)
    // Level 40 is pino’s warning.
    expect(lines.filter(line => line.level >= 40)).toEqual([])
    expect((await gateway.exited).code).toBe(0)
  })
})
