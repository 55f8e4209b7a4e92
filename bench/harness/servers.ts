import { createServer } from 'node:net'
import { certificate, program } from './build.ts'
import { type ServerProcess, startServer } from './process.ts'

/** A server under load, with the wsload flags for its paths and tokens. */
export interface Server extends ServerProcess {
  port: number
  /** Flags for cameras and their viewers. */
  watch: string[]
  /** Flags for boards. */
  boards: string[]
  /** The server and its load share both cores, instead of using one core each. */
  anyCore?: boolean
}

export interface Kind<S extends Server = Server> {
  name: string
  start(): Promise<S>
}

/** The limit of this machine: one thread of C that fans frames out and answers pings, at wsload's default paths. */
export const ceiling: Kind = {
  name: 'ceiling',
  async start() {
    const port = await freePort()
    const server = startServer([program('ceiling'), `${port}`])
    await server.untilSays(/listening/)
    return { ...server, port, watch: [], boards: [] }
  },
}

/** The gateway's stack (Node and ws) without any code of the gateway. */
export const bareWs: Kind = {
  name: 'bare ws',
  async start() {
    const server = startServer(['sh', 'bin/with-node', 'bench/peers/bare-ws.ts'])
    const [, port] = await server.untilSays(/listening on (\d+)/)
    return { ...server, port: Number(port), watch: [], boards: [] }
  },
}

/** Node's own TLS that copies the same bytes: the lowest possible cost of a TLS fan-out in Node. */
export const nodeTls: Kind = {
  name: 'node:tls',
  async start() {
    const { cert, key } = certificate()
    const server = startServer(['sh', 'bin/with-node', 'bench/peers/node-tls.ts', cert, key])
    const [, port, tlsPort] = await server.untilSays(/listening on (\d+) (\d+)/)
    return { ...server, port: Number(port), watch: ['--view-tls', tlsPort!], boards: [] }
  },
}

/** A port that was free a moment ago, for servers that cannot choose a port and report it. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
