import { afterAll, beforeAll, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { pico } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'

/* Requests that never end: heads and bodies sent byte by byte, on many connections at once. */

const handshakeTimeoutMs = 1_000
/** How many connections of each kind are open at once. */
const together = 40

let gateway: TestGateway
let board: Board
beforeAll(async () => {
  gateway = await startGateway({ limits: { handshakeTimeoutMs } })
  board = await Board.active(gateway)
})
afterAll(async () => {
  await board[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
})

const slow = {
  'the head of a board’s handshake': 'GET /ws/pico HTTP/1.1\r\nHost: x\r\nX-Slow: ',
  'the head of a request': 'POST /api/invite HTTP/1.1\r\nHost: x\r\nX-Slow: ',
  'a body':
    'POST /api/invite HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"code":"',
  'chunks of a body':
    'POST /api/invite HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n{"code":"',
}

it('what comes byte by byte is ended after its time, from many connections at once, and boards come and go meanwhile', async () => {
  await using stack = new AsyncDisposableStack()
  const clients = await Promise.all(
    Object.values(slow).flatMap(beginning =>
      Array.from({ length: together }, async () => {
        const client = stack.use(await RawClient.connect(gateway.port))
        await client.write(beginning)
        return client
      }),
    ),
  )
  const drip = setInterval(() => {
    for (const { socket } of clients) if (socket.writable) socket.write('x')
  }, 100)
  stack.defer(() => clearInterval(drip))
  const newcomer = pico({ port: gateway.port, token: await gateway.mint('pico') })
  await using arrived = await RawClient.open(gateway.port, newcomer)
  await arrived.message('connection_ack')
  await board.settled()
  await Promise.all(clients.map(client => client.ended(handshakeTimeoutMs * 20)))
  await board.settled()
  expect((await gateway.api('GET', '/health')).status).toBe(200)
})

it('a handshake that comes byte by byte and ends in time is served', async () => {
  await using client = await RawClient.connect(gateway.port)
  await client.writeInPieces(pico({ port: gateway.port, token: await gateway.mint('pico') }), 8)
  await client.upgraded()
})
