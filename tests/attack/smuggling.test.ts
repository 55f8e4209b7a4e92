import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRequestHead } from '../../src/transports/tcp/request-head.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { pico } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'
import { shapes, smuggled } from './smuggling-shapes.ts'

/*
 * Two parsers read handshake requests: the gateway's own and Node's. If they disagreed about the end of a request, an
 * attacker could hide a second request in it. Each shape is sent unchanged to the gateway and to a plain Node server.
 */

interface Seen {
  requests: string[]
  /** The bytes after a handshake request. */
  behind?: string
}

/** Starts a plain Node server, without the gateway's parser. It tells clients apart by their addresses. */
async function nodeAlone() {
  const options = { headersTimeout: 1_000, requestTimeout: 1_500, connectionsCheckingInterval: 200 }
  const server = createServer({ maxHeaderSize: 1024 * 1024, ...options })
  server.maxHeadersCount = 0
  const seen = new Map<string, Seen>()
  server.on('connection', ({ remoteAddress = '' }) => seen.set(remoteAddress, { requests: [] }))
  const note = ({ method, url, socket }: IncomingMessage): Seen => {
    const one = seen.get(socket.remoteAddress ?? '')!
    one.requests.push(`${method} ${url}`)
    return one
  }
  server.on('request', (request, response) => {
    note(request)
    request.resume().on('end', () => response.writeHead(404, { 'content-length': 0 }).end())
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    note(request).behind = head.toString('latin1')
    socket.on('error', () => {}).destroy()
  })
  server.on('clientError', (_, socket) => socket.destroy())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { port: (server.address() as AddressInfo).port, seen, server }
}

/** Sends `text` and resolves to everything received until the connection ends. */
async function answersTo(port: number, text: string, from: string): Promise<string> {
  await using client = await RawClient.connect(port, { from })
  let answers = ''
  client.socket.on('data', bytes => {
    answers += bytes.toString('latin1')
  })
  await client.write(Buffer.from(text, 'latin1'))
  await client.ended()
  return answers
}

const addressOf = (index: number) => `127.0.77.${index + 1}`
const statusesIn = (answers: string) => [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(found => Number(found[1]))

let gateway: TestGateway
let seenByNode: Map<string, Seen>
const answered: number[][] = []

beforeAll(async () => {
  await using stack = new AsyncDisposableStack()
  const node = await nodeAlone()
  stack.defer(() => {
    node.server.close()
    node.server.closeAllConnections()
  })
  seenByNode = node.seen
  gateway = await startGateway({ limits: { handshakeTimeoutMs: 3_000, refusalHoldMinMs: 1, refusalHoldMaxMs: 2 } })
  await Promise.all(
    shapes.map(async ({ text }, index) => {
      await answersTo(node.port, text, addressOf(index))
      answered[index] = statusesIn(await answersTo(gateway.port, text, addressOf(index)))
    }),
  )
})
afterAll(() => gateway[Symbol.asyncDispose]())

it('is tried in a hundred shapes', () => expect(shapes.length).toBeGreaterThanOrEqual(100))

describe('a request ends where Node ends it', () => {
  it.each(shapes.map(({ name, text }, index) => [name, text, index] as const))('with %s', (_name, text, index) => {
    const { requests, behind } = seenByNode.get(addressOf(index))!
    const ours = text.includes('\r\n\r\n') ? readRequestHead(text) : undefined
    if (ours) expect([requests, behind]).toEqual([[`${ours.method} ${ours.url}`], text.slice(ours.length)])
    // Only the hidden request would be answered with 200.
    expect(answered[index]!.includes(200)).toBe(requests.includes('GET /health'))
    expect(answered[index]!.filter(status => status !== 400).length).toBeLessThanOrEqual(requests.length)
  })
})

it('never serves a request that stands behind a handshake which was accepted', async () => {
  const handshake = pico({ port: gateway.port, token: await gateway.mint('pico') })
  expect(statusesIn(await answersTo(gateway.port, handshake + smuggled, '127.0.78.1'))).toEqual([101])
})
