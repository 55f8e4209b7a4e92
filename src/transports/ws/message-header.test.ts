import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { binaryMessage } from './message-header.ts'

describe('a ready-made message', () => {
  it.each([
    [0, '8200'],
    [1, '8201'],
    [125, '827d'],
    [126, '827e007e'],
    [65_535, '827effff'],
    [65_536, '827f0000000000010000'],
    [2 * 1024 * 1024, '827f0000000000200000'],
  ])('of %i bytes has the header %s, and the bytes unchanged', (length, header) => {
    const payload = Buffer.alloc(length, 7)
    const message = binaryMessage(payload)
    expect(message.subarray(0, header.length / 2).toString('hex')).toBe(header)
    expect(message.subarray(header.length / 2).equals(payload)).toBe(true)
  })

  it('shares no memory with what it was made of', () => {
    const payload = Buffer.alloc(10, 1)
    const message = binaryMessage(payload)
    payload.fill(2)
    expect(message.subarray(2).equals(Buffer.alloc(10, 1))).toBe(true)
  })

  it('is what a WebSocket client reads as one binary message each', async () => {
    const payloads = [0, 1, 125, 126, 1_000, 65_535, 65_536, 300_000].map(length => Buffer.alloc(length, length % 251))
    const server = createServer(socket => {
      socket.once('data', request => {
        const key = /sec-websocket-key: (\S+)/i.exec(request.toString())![1]!
        void accept(key).then(proof => {
          socket.write(
            `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${proof}\r\n\r\n`,
          )
          for (const payload of payloads) socket.write(binaryMessage(payload))
        })
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const ws = new WebSocket(`ws://127.0.0.1:${(server.address() as { port: number }).port}`)
    const seen: Buffer[] = []
    await new Promise<void>((resolve, reject) => {
      ws.on('error', reject)
      ws.on('message', (data: Buffer, isBinary) => {
        expect(isBinary).toBe(true)
        if (seen.push(data) === payloads.length) resolve()
      })
    })
    expect(seen.map((data, index) => data.equals(payloads[index]!))).toEqual(payloads.map(() => true))
    ws.terminate()
    server.close()
  })
})

async function accept(key: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', Buffer.from(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`))
  return Buffer.from(digest).toString('base64')
}
