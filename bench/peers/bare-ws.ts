// The gateway's stack without the gateway: ws and bufferutil, a token lookup, and a bound on a slow viewer's queue.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

const digest = (token: string) => createHash('sha256').update(token).digest('base64url')
const tokens = new Set(Array.from({ length: 20_000 }, (_, i) => digest(`tok-${String(i).padStart(5, '0')}`)))
const rooms = new Map<string, Set<WebSocket>>()
const room = (name: string) => rooms.get(name) ?? rooms.set(name, new Set()).get(name)!

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
const server = createServer().on('upgrade', (request, socket, head) => {
  const [, door, name] = request.url!.split('/')
  if (door === 'device' && !tokens.has(digest(request.headers.authorization?.slice(7) ?? ''))) {
    socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n')
    return
  }
  sockets.handleUpgrade(request, socket, head, ws => (door === 'device' ? board(ws, name!) : viewer(ws, name!)))
})

function board(ws: WebSocket, name: string): void {
  const viewers = room(name)
  ws.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      for (const viewer of viewers) if (viewer.bufferedAmount < 1_000_000) viewer.send(data)
    } else if (JSON.parse(data.toString()).type === 'ping') {
      ws.send(JSON.stringify({ type: 'pong', timestamp: Date.now() }))
    }
  })
}

function viewer(ws: WebSocket, name: string): void {
  room(name).add(ws)
  ws.on('close', () => room(name).delete(ws))
}

server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  console.log(`listening on ${(server.address() as AddressInfo).port}`),
)
