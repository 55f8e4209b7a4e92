import { createServer } from 'node:net'
import { certificate, program } from './build.ts'
import { type Running, startServer } from './process.ts'

/** A server under load, and the flags that tell wsload where its doors are. */
export interface Server extends Running {
  port: number
  /** How cameras and their viewers come in. */
  watch: string[]
  /** How boards come in. */
  boards: string[]
  /** It and its load run on any core, and share them. */
  anyCore?: boolean
}

export interface Kind<S extends Server = Server> {
  name: string
  start(): Promise<S>
}

/** The limit of this machine: one thread of C that fans frames out and answers pings. wsload's defaults are its doors. */
export const ceiling: Kind = {
  name: 'ceiling',
  async start() {
    const port = await freePort()
    const running = startServer([program('ceiling'), `${port}`])
    await running.untilSays(/listening/)
    return { ...running, port, watch: [], boards: [] }
  },
}

/** What the gateway's stack does with nothing of ours on top. */
export const bareWs: Kind = {
  name: 'bare ws',
  async start() {
    const running = startServer(['sh', 'bin/with-node', 'bench/peers/bare-ws.ts'])
    const [, port] = await running.untilSays(/listening on (\d+)/)
    return { ...running, port: Number(port), watch: [], boards: [] }
  },
}

/** Node's own TLS copying the same bytes: the least that a TLS fan-out in Node can cost. */
export const nodeTls: Kind = {
  name: 'node:tls',
  async start() {
    const { cert, key } = certificate()
    const running = startServer(['sh', 'bin/with-node', 'bench/peers/node-tls.ts', cert, key])
    const [, port, tlsPort] = await running.untilSays(/listening on (\d+) (\d+)/)
    return { ...running, port: Number(port), watch: ['--view-tls', tlsPort!], boards: [] }
  },
}

/** A port that was free a moment ago, for servers that cannot choose and tell. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
