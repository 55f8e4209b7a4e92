import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { esp32cam, pico } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'

describe('rule 27: the payload of a protocol ping is short ASCII without NUL', () => {
  it.each(['pico', 'esp32cam'] as const)('pings a %s so', async kind => {
    await using gateway = await startGateway({ limits: { pingEveryMs: 100 } })
    const token = await gateway.mint(kind)
    const shake = kind === 'pico' ? pico({ port: gateway.port, token }) : esp32cam({ token })
    await using board = await RawClient.open(gateway.port, shake)
    for (let count = 0; count < 5; count++) {
      const { payload } = await board.control('ping')
      expect(payload.toString('latin1')).toMatch(/^[\x21-\x7e]{1,32}$/)
      await board.sendFrame({ opcode: 'pong', payload })
    }
  })

  it('takes a pong that repeats it, one that says something else, and one that nobody asked for', async () => {
    await using gateway = await startGateway({ limits: { pingEveryMs: 100 } })
    await using board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    const { payload } = await board.control('ping')
    await board.sendFrame({ opcode: 'pong', payload })
    await board.sendFrame({ opcode: 'pong', payload: 'something else' })
    await board.sendFrame({ opcode: 'pong' })
    await board.message('ping')
    expect(board.over).toBe(false)
  })
})
