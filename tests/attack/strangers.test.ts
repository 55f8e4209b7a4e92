import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../http/ask.ts'
import { Board } from '../support/board.ts'
import { type SpawnedGateway, spawnGateway } from '../support/gateway.ts'
import { pico } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'

/* Floods of requests that need no account: minting, wrong tokens, invented claims, real claims. */

let gateway: SpawnedGateway
let board: Board
beforeAll(async () => {
  gateway = await spawnGateway()
  board = await Board.active(gateway)
  claims = await times(waitingPerAddress + 40, () => gateway.mint('pico'))
})
afterAll(async () => {
  await board[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
})

const waitingPerAddress = 64
/** Claims minted before the flood, because the flood uses up the limit of minting. */
let claims: string[]
const addresses = Array.from({ length: 20 }, (_, at) => `127.0.55.${at + 1}`)
const times = <T>(count: number, act: (at: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => act(at)))

/** Counts the statuses of handshakes with these tokens, spread over the addresses. 0: closed unread, or delayed. */
async function knocked(tokens: readonly string[]): Promise<Map<number, number>> {
  const counts = new Map<number, number>()
  await times(tokens.length, async at => {
    await using client = await RawClient.connect(gateway.port, { from: addresses[at % addresses.length]! })
    await client.write(pico({ port: gateway.port, token: tokens[at]! }))
    const status = await client.answer(3_000).then(
      answer => answer.status,
      () => 0,
    )
    counts.set(status, (counts.get(status) ?? 0) + 1)
  })
  return counts
}

async function mustBeWell(): Promise<void> {
  await board.settled()
  expect((await board.device()).online).toBe(true)
  if (process.platform !== 'linux') return
  const memory = await readFile(`/proc/${gateway.process.pid}/status`, 'utf8')
  expect(Number(/^VmRSS:\s+(\d+) kB$/m.exec(memory)?.[1])).toBeLessThan(400_000)
}

const devices = async (): Promise<number> => (await gateway.api('GET', '/api/devices?limit=1000')).body.devices.length

describe('a flood', () => {
  it('of minting is limited, and leaves nothing behind', async () => {
    const statuses = await times(400, async () => (await ask(gateway, 'GET', '/public/tokens')).status)
    expect(statuses.filter(status => status === 200).length).toBeLessThan(300)
    expect(statuses.every(status => status === 200 || status === 429)).toBe(true)
    expect(await devices()).toBe(1)
    await mustBeWell()
  })

  it('of requests in one packet ends its connection, and the first sixteen are all that is served of it', async () => {
    await using client = await RawClient.connect(gateway.port, { from: '127.0.57.1' })
    let answers = ''
    client.socket.on('data', bytes => {
      answers += bytes.toString('latin1')
    })
    await client.write('GET /public/tokens HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1_400))
    await client.ended()
    expect(answers.split('HTTP/1.1 ').length - 1).toBeLessThanOrEqual(16)
    await mustBeWell()
  })

  it('of wrong tokens and of made-up claims is refused, and makes no device', async () => {
    const claim = board.token!
    const wrong = Array.from({ length: 300 }, (_, at) => `wrong-${at}`)
    const madeUp = Array.from({ length: 300 }, (_, at) => claim.slice(0, -4) + String(at).padStart(4, '0'))
    for (const tokens of [wrong, madeUp]) {
      const counts = await knocked(tokens)
      expect([...counts.keys()].every(status => status === 401 || status === 0)).toBe(true)
      expect(counts.get(401) ?? 0).toBeGreaterThan(0)
    }
    expect(await devices()).toBe(1)
    await mustBeWell()
  })

  it('of real claims fills the waiting room of its address, and no more', async () => {
    for (const token of claims) {
      await using client = await RawClient.connect(gateway.port, { from: '127.0.56.1' })
      await client.write(pico({ port: gateway.port, token }))
      await client.upgraded()
    }
    expect(await devices()).toBe(1 + waitingPerAddress)
    await mustBeWell()
  })
})
