import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { esp32cam } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'

describe('rule 4: the 101 leaves within 300 ms, token check included', () => {
  it('leaves while the disk is busy: no handshake waits for it', async () => {
    await using gateway = await startGateway()
    const tokens = [await gateway.mint('esp32cam'), await gateway.mint('esp32cam')]
    await using known = await RawClient.open(gateway.port, esp32cam({ token: tokens[0]! }))
    await known.message('connection_ack')
    const database = new DatabaseSync(join(gateway.dataDir, 'darvaza.sqlite'))
    database.exec('BEGIN IMMEDIATE')
    try {
      for (const token of tokens) {
        await using board = await RawClient.open(gateway.port, esp32cam({ token }))
        await board.message('connection_ack', 4_000)
        await board.send({ type: 'ping' })
        await board.message('pong', 4_000)
      }
    } finally {
      database.exec('ROLLBACK')
      database.close()
    }
  })

  it('takes well under 300 ms, in the middle of many', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    const times: number[] = []
    for (let count = 0; count < 15; count++) {
      const shake = esp32cam({ token: await gateway.mint('esp32cam') })
      await using board = await RawClient.connect(gateway.port)
      const from = performance.now()
      await board.write(shake)
      times.push((await board.upgraded()).at - from)
    }
    times.sort((one, other) => one - other)
    expect(times[7]).toBeLessThan(300)
  })
})
