// Node's own tls, copying the same bytes: cameras connect over plain ws and viewers over bare TLS sockets. Each
// picture is framed once and written to all viewers. Usage: node-tls.ts CERT KEY
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { WebSocketServer } from 'ws'

const [cert, key] = process.argv.slice(2).map(path => readFileSync(path))
const rooms = new Map<string, Set<TLSSocket>>()
const room = (name: string) => rooms.get(name) ?? rooms.set(name, new Set()).get(name)!

const plain = createServer()
new WebSocketServer({ server: plain, perMessageDeflate: false }).on('connection', (ws, request) => {
  const viewers = room(request.url!.split('/')[2]!)
  ws.on('message', (data: Buffer) => {
    const frame = Buffer.concat([Buffer.from([0x82, 126, data.length >> 8, data.length & 255]), data])
    for (const viewer of viewers) if (viewer.writableLength < 2 * frame.length) viewer.write(frame)
  })
})

const secure = createTlsServer({ cert: cert!, key: key! }, viewer => {
  viewer
    .on('error', () => {})
    .once('data', request => {
      const text = request.toString()
      const asked = text.match(/sec-websocket-key: (\S+)/i)![1]!
      const accept = createHash('sha1').update(`${asked}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
      const viewers = room(text.split(' ')[1]!.split('/')[2]!)
      viewer.on('close', () => viewers.delete(viewer))
      viewer.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      )
      viewers.add(viewer)
    })
})

plain.listen(0, '127.0.0.1', () =>
  secure.listen(0, '127.0.0.1', () =>
    console.log(`listening on ${(plain.address() as AddressInfo).port} ${(secure.address() as AddressInfo).port}`),
  ),
)
