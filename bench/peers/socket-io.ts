// Socket.IO with a room per camera, over WebSocket with bufferutil. Events are not volatile: Socket.IO drops volatile
// events whenever a transport is busy, so even a viewer that keeps up would miss frames.
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { peersFolder } from './fetch.ts'

const { Server } = createRequire(`${peersFolder}/`)('socket.io')
const server = createServer()
const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false })

interface Socket {
  handshake: { query: Record<'camera' | 'viewer', string | undefined> }
  join(room: string): void
  on(event: 'frame', listener: (frame: Buffer) => void): void
}

io.on('connection', (socket: Socket) => {
  const { camera, viewer } = socket.handshake.query
  if (viewer) socket.join(viewer)
  if (camera) socket.on('frame', frame => io.to(camera).emit('frame', frame))
})

server.listen(0, '127.0.0.1', () => console.log(`listening on ${(server.address() as AddressInfo).port}`))
