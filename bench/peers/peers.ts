import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bench, reason } from '../harness/claim.ts'
import { startServer } from '../harness/process.ts'
import { freePort, type Kind } from '../harness/servers.ts'
import { fetchPeers, peerEnvironment } from './fetch.ts'

/** The peers: software in use today for the same work, a camera's frames as messages to its subscribers. */
export async function peersOf(bench: Bench): Promise<Kind[]> {
  if (!bench.peers) return []
  try {
    fetchPeers(bench.say)
  } catch (error) {
    bench.say(`peers: they cannot be fetched, so they are left out: ${reason(error)}`)
    return []
  }
  return [mosquitto, nats, socketIo, aedes]
}

const mosquitto: Kind = {
  name: 'Mosquitto',
  async start() {
    const port = await freePort()
    const server = startServer(
      folder => {
        const config = join(folder, 'mosquitto.conf')
        writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nuser root\n`)
        return ['mosquitto', '-c', config]
      },
      { env: peerEnvironment },
    )
    await server.untilSays(/mosquitto version \S+ running/)
    return { ...server, port, watch: ['--proto', 'mqtt'], boards: [] }
  },
}

const nats: Kind = {
  name: 'NATS',
  async start() {
    const port = await freePort()
    const server = startServer(['nats-server', '-a', '127.0.0.1', '-p', `${port}`], { env: peerEnvironment })
    await server.untilSays(/Server is ready/)
    return { ...server, port, watch: ['--proto', 'nats'], boards: [] }
  },
}

const aedes: Kind = {
  name: 'Aedes',
  async start() {
    const server = startServer(['sh', 'bin/with-node', 'bench/peers/aedes.ts'])
    const [, port] = await server.untilSays(/listening on (\d+)/)
    return { ...server, port: Number(port), watch: ['--proto', 'mqtt'], boards: [] }
  },
}

const socketIo: Kind = {
  name: 'Socket.IO',
  async start() {
    const server = startServer(['sh', 'bin/with-node', 'bench/peers/socket-io.ts'])
    const [, port] = await server.untilSays(/listening on (\d+)/)
    const path = (role: string) => `/socket.io/?EIO=4&transport=websocket&${role}=%d`
    // `40` joins the namespace. `451-` announces an event with one binary attachment, which is the next message.
    const frame = '451-["frame",{"_placeholder":true,"num":0}]'
    const watch = ['--cam-path', path('camera'), '--view-path', path('viewer'), '--hello', '40', '--view-hello', '40']
    return { ...server, port: Number(port), watch: [...watch, '--prefix', frame], boards: [] }
  },
}
