import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/limits.ts'
import { startGateway } from '../support/gateway.ts'
import { esp32cam, pico } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'
import { until } from '../support/until.ts'
import { fieldClients } from './field-clients.ts'

describe('rule 2: a header block grown by 1,500 reconnects is accepted', () => {
  it.each(fieldClients)('lets $client in with every byte in a segment of its own', async ({ kind, shake }) => {
    await using gateway = await startGateway()
    await using board = await RawClient.connect(gateway.port)
    await board.writeInPieces(shake({ port: gateway.port, token: await gateway.mint(kind) }))
    await board.upgraded()
    await board.message('connection_ack')
  })

  it('lets a Pico in that writes line by line', async () => {
    await using gateway = await startGateway()
    await using board = await RawClient.connect(gateway.port)
    for (const line of pico({ port: gateway.port, token: await gateway.mint('pico') }).split(/(?<=\r\n)/))
      await board.writeInPieces(line, line.length)
    await board.upgraded()
  })

  it.each([
    { how: 'in one piece', pieceBytes: 1_000_000 },
    { how: 'in segments of an Ethernet', pieceBytes: 1_460 },
  ])('lets an ESP32-CAM in that came back 1,500 times since it booted, $how', async ({ pieceBytes }) => {
    await using gateway = await startGateway()
    const token = await gateway.mint('esp32cam')
    const shake = esp32cam({ token, reconnects: 1_500 })
    expect(shake.split('\r\n').length).toBeGreaterThan(7_500)
    expect(shake.length).toBeGreaterThan(300_000)
    await using board = await RawClient.connect(gateway.port)
    await board.writeInPieces(shake, pieceBytes)
    await board.upgraded()
    await board.message('connection_ack')
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    expect(devices).toMatchObject([{ kind: 'esp32cam', saysItIs: 'A0:B1:C2:D3:E4:F5', firmware: '1.0.0' }])
  })

  it('counts the lines for the owner, who then knows which board needs a reboot', async () => {
    await using gateway = await startGateway()
    const shake = esp32cam({ token: await gateway.mint('esp32cam'), reconnects: 1_500 })
    await using board = await RawClient.open(gateway.port, shake)
    await board.message('connection_ack')
    const { entries } = (await gateway.api('GET', '/api/journal?kind=connection.opened')).body
    expect(entries[0].data.headerLines).toBe(shake.trim().split('\r\n').length - 1)
  })

  it('takes nearly 1 MiB, and refuses more with 431', async () => {
    await using gateway = await startGateway()
    const token = await gateway.mint('esp32cam')
    // Node counts only names and values, not the `: ` between them or the line end: 4 bytes less for each line.
    const reconnects = Math.floor(
      (1024 * 1024 - 2_000) / (esp32cam({ token, reconnects: 1 }).length - esp32cam({ token }).length),
    )
    await using fits = await RawClient.open(gateway.port, esp32cam({ token, reconnects }))
    await fits.message('connection_ack')
    await using tooMuch = await RawClient.connect(gateway.port)
    void tooMuch.write(esp32cam({ token: await gateway.mint('esp32cam'), reconnects: reconnects * 2 }))
    expect((await tooMuch.answer()).status).toBe(431)
  })

  it('bounds what all unfinished handshakes hold together, and spares those that end', async () => {
    await using gateway = await startGateway({ limits: { handshakeBytesInAll: 1024 * 1024 } })
    const token = await gateway.mint('esp32cam')
    const unfinished = esp32cam({ token, reconnects: 1_500 }).slice(0, -2)
    const greedy = await Promise.all(Array.from({ length: 8 }, () => RawClient.connect(gateway.port)))
    for (const client of greedy) void client.write(unfinished)
    await until('enough of them to be cut', () => greedy.filter(client => client.over).length >= 5)
    expect(greedy.filter(client => !client.over).length).toBeGreaterThan(0)
    await using board = await RawClient.open(gateway.port, esp32cam({ token, reconnects: 100 }))
    await board.message('connection_ack')
    for (const client of greedy) await client[Symbol.asyncDispose]()
  })

  it('has the documented numbers', () => {
    expect(defaultLimits.headerBytes).toBeGreaterThanOrEqual(1024 * 1024)
    expect(defaultLimits.handshakeBytesInAll).toBe(64 * 1024 * 1024)
    expect(defaultLimits.handshakeTimeoutMs).toBe(10_000)
  })
})
