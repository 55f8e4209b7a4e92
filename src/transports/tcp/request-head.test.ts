import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as handshakes from '../../../tests/support/handshakes.ts'
import { heldBytes } from '../../../tests/support/heap.ts'
import { readRequestHead } from './request-head.ts'

/** Returns the result of Node's own parser for these bytes: an upgrade, or nothing. */
async function nodeReads(): Promise<{ read(bytes: string): Promise<object | undefined> } & AsyncDisposable> {
  const server = createServer({ maxHeaderSize: 1024 * 1024 })
  server.maxHeadersCount = 0
  server.on('clientError', (_, socket) => socket.destroy())
  server.on('request', (_, response) => response.destroy())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    async read(bytes) {
      let read: object | undefined
      const onUpgrade = ({ method, url, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer) => {
        read = { method, url, rawHeaders, head: head.toString('latin1') }
        socket.on('error', () => {}).destroy()
      }
      server.on('upgrade', onUpgrade)
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
      socket.on('error', () => {}).resume()
      // Bytes that are neither a handshake nor garbage may wait for more.
      socket.setTimeout(500, () => socket.destroy())
      await new Promise(resolve => socket.once('close', resolve))
      server.off('upgrade', onUpgrade)
      return read
    },
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const shake = { port: 8765, token: 'T0ken:@\\x', host: '192.0.2.1' }
const field = Object.entries(handshakes)
  .filter((entry): entry is [string, (shake: { port: number }) => string] => typeof entry[1] === 'function')
  .map(([name, write]) => [name, write(shake)] as const)

const ends = (text: string) => text.includes('\r\n\r\n')

describe('the head of a request', () => {
  it.each(field.filter(([, text]) => ends(text)))('of %s is read as Node reads it', async (_, text) => {
    await using node = await nodeReads()
    const read = readRequestHead(`${text}\x81\x80abcd`)
    expect(read).toBeDefined()
    const { length, ...head } = read!
    expect(length).toBe(text.length)
    expect({ ...head, head: '\x81\x80abcd' }).toEqual(await node.read(`${text}\x81\x80abcd`))
  })

  it.each([
    ['a folded line', 'X: a\r\n b'],
    ['a lone line end', 'X: a\nY: b'],
    ['a lone return', 'X: a\rY: b'],
    ['a NUL', 'X: a\0b'],
    ['a space before the colon', 'X : a'],
    ['a line without a colon', 'X'],
    ['no name', ': a'],
    ['a body', 'Content-Length: 4'],
    ['a body in chunks', 'Transfer-Encoding: chunked'],
    ['a second Connection', 'Connection: close'],
  ])('is left to Node with %s', (_, line) => {
    const plain = 'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
    expect(readRequestHead(`${plain}\r\n`)).toBeDefined()
    expect(readRequestHead(`${plain}${line}\r\n\r\n`)).toBeUndefined()
  })

  it.each([
    'POST /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    'GET /ws HTTP/1.0\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    'GET /w s HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    'GET  HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n',
    'GET /ws HTTP/1.1\r\nConnection: Upgrade\r\n\r\n',
    'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: close\r\n\r\n',
    'GET /ws HTTP/1.1\r\n\r\n',
  ])('is left to Node: %j', text => {
    expect(readRequestHead(text)).toBeUndefined()
  })

  it('does not keep what came behind it: a board is told from another by a header for as long as it lives', () => {
    const before = heldBytes()
    const kept = Array.from({ length: 200 }, (_, board) =>
      readRequestHead(handshakes.pico({ ...shake, token: `a-token-of-${board}` }) + '\x81\x80abcd'.repeat(10_000)),
    ).map(head => head!.rawHeaders.at(-1))
    expect(heldBytes() - before).toBeLessThan(3_000_000)
    expect(new Set(kept).size).toBe(200)
  })

  it('is never read otherwise than Node reads it, however its bytes are changed', async () => {
    await using node = await nodeReads()
    const pieces = [
      '\r\n',
      '\n',
      '\r',
      ':',
      ' ',
      '\t',
      '\0',
      ',',
      '\x7f',
      '\xe9',
      'Upgrade',
      'Connection: ',
      'Expect: 100-continue\r\n',
    ]
    const change = fc.record({
      at: fc.nat(400),
      length: fc.nat(3),
      piece: fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary-ascii', maxLength: 3 })),
    })
    let read = 0
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...field.map(([, text]) => text)),
        fc.array(change, { maxLength: 2 }),
        async (text, changes) => {
          const changed = changes.reduce(
            (before, { at, length, piece }) => before.slice(0, at) + piece + before.slice(at + length),
            text,
          )
          const ours = ends(changed) ? readRequestHead(changed) : undefined
          if (!ours) return
          read++
          const { length, ...head } = ours
          expect({ ...head, head: changed.slice(length) }).toEqual(await node.read(changed))
        },
      ),
      { numRuns: 1_000 },
    )
    // Enough of the changed requests must still be valid handshakes.
    expect(read).toBeGreaterThan(100)
  })
})
