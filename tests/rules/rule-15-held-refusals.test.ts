import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/limits.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { pico } from '../support/handshakes.ts'
import { journal } from '../support/journal.ts'
import { RawClient } from '../support/raw.ts'
import { until } from '../support/until.ts'

const forged = (port: number, token = 'not-a-token') => pico({ port, token })

/** Connects and sends a handshake request with an invalid token. Resolves when the request is written. */
async function knock(port: number, from: string, token?: string): Promise<RawClient> {
  const client = await RawClient.connect(port, { from })
  await client.write(forged(port, token))
  return client
}

/**
 * Waits until `closed` of the clients are closed, and sorts them into held and closed ones. The gateway chooses whose
 * rejection it holds: when many requests wait, it serves the newest first (rule 28).
 */
async function sorted(clients: RawClient[], closed: number): Promise<{ held: RawClient[]; beyond: RawClient[] }> {
  let ended = 0
  await new Promise<void>((resolve, reject) => {
    for (const client of clients) {
      client.ended(4_900).then(() => {
        if (++ended === closed) resolve()
      }, reject)
    }
  })
  return { held: clients.filter(client => !client.over), beyond: clients.filter(client => client.over) }
}

const heldBy = async (gateway: TestGateway): Promise<number> =>
  Number(/^\S*refusals_held (\d+)$/m.exec((await gateway.api('GET', '/metrics')).body as string)![1])

describe('rule 15: a rejected Pico reconnects without a delay, so repeated refusals are held', () => {
  it('has the documented numbers', () => {
    expect(defaultLimits).toMatchObject({
      refusalHoldMinMs: 5_000,
      refusalHoldMaxMs: 8_000,
      refusalsHeldPerAddress: 8,
      refusalsHeldInAll: 2_000,
    })
  })

  it('answers the first at once and holds the next for 5 to 8 s, in which not a byte is said', async () => {
    await using gateway = await startGateway()
    const from = '127.0.15.1'
    await using first = await knock(gateway.port, from)
    expect((await first.answer(4_500)).status).toBe(401)
    const dialled = performance.now()
    await using second = await knock(gateway.port, from)
    const { status, at } = await second.answer()
    expect(status).toBe(401)
    expect(at - dialled).toBeGreaterThanOrEqual(5_000)
    // Clients that people use give up after 10 s.
    expect(at - dialled).toBeLessThan(10_000)
  })

  it('holds by address and token: a neighbour, and another token, are answered at once', async () => {
    await using gateway = await startGateway()
    await using one = await knock(gateway.port, '127.0.15.2')
    await using neighbour = await knock(gateway.port, '127.0.15.3')
    await using corrected = await knock(gateway.port, '127.0.15.2', 'another-one')
    for (const client of [one, neighbour, corrected]) expect((await client.answer(4_500)).status).toBe(401)
  })

  it('holds 8 for one address and closes what comes beyond that without a word', async () => {
    await using gateway = await startGateway()
    const from = '127.0.15.4'
    await using first = await knock(gateway.port, from)
    await first.answer()
    const clients = await Promise.all(Array.from({ length: 38 }, () => knock(gateway.port, from)))
    const { held, beyond } = await sorted(clients, 30)
    expect(held).toHaveLength(8)
    expect(beyond.flatMap(client => client.segments)).toEqual([])
    for (const client of clients) await client[Symbol.asyncDispose]()
  })

  it.each([
    { how: 'with a FIN', hangUp: (client: RawClient) => client.socket.destroy() },
    { how: 'with a reset', hangUp: (client: RawClient) => client.reset() },
  ])('gives a held place back when its board hangs up $how', async ({ hangUp }) => {
    await using gateway = await startGateway()
    const from = '127.0.15.5'
    await using first = await knock(gateway.port, from)
    await first.answer()
    for (let round = 0; round < 3; round++) {
      const clients = await Promise.all(Array.from({ length: 9 }, () => knock(gateway.port, from)))
      await sorted(clients, 1)
      await until('all places to be taken', async () => (await heldBy(gateway)) === 8)
      const since = performance.now()
      for (const client of clients) hangUp(client)
      await until('the places to be given back', async () => (await heldBy(gateway)) === 0)
      // If the places were only given back at the end of the delay, this would take at least 5 s.
      expect(performance.now() - since).toBeLessThan(4_000)
    }
  })

  it('never holds a token that is good, however many refusals its address has', async () => {
    await using gateway = await startGateway()
    const from = '127.0.15.6'
    const bad = await Promise.all(Array.from({ length: 20 }, () => knock(gateway.port, from)))
    await using board = await Board.connect(gateway, { from })
    await board.next('connection_ack', 2_000)
    for (const client of bad) await client[Symbol.asyncDispose]()
  })

  it('writes only some of a flood down', async () => {
    await using gateway = await startGateway()
    const clients = await Promise.all(
      Array.from({ length: 300 }, (_, index) => knock(gateway.port, '127.0.15.7', `forged-${index}`)),
    )
    await Promise.all(clients.map(client => client.answer()))
    for (const client of clients) await client[Symbol.asyncDispose]()
    await using board = await Board.connect(gateway)
    await board.settled()
    const entries = await journal(gateway, 'kind=refusal')
    expect(entries.length).toBeGreaterThan(0)
    expect(entries.length).toBeLessThanOrEqual(100)
  })

  it('makes no device of what it refused', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    for (const token of ['x', 'dvz_p_00000000.AAAA', '']) {
      await using client = await knock(gateway.port, '127.0.15.8', token)
      await client.answer()
    }
    expect((await gateway.api('GET', '/api/devices')).body.devices).toEqual([])
  })
})
