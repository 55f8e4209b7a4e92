import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Gets the lines of a request's head, without line ends. Returns the lines to forward, or a status line to answer. */
export type Meddle = (lines: string[]) => string[] | string

export interface MeddlingProxy extends AsyncDisposable {
  port: number
  url: string
}

/** A proxy that changes request heads as badly configured proxies do. It forwards all bytes after a head unchanged. */
export async function meddlingProxy(gatewayPort: number, meddle: Meddle): Promise<MeddlingProxy> {
  const open = new Set<Socket>()
  const keep = (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket))
  }
  const server = createServer(client => {
    keep(client)
    let head = Buffer.alloc(0)
    const read = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      client.off('data', read)
      client.pause()
      const verdict = meddle(head.subarray(0, end).toString('latin1').split('\r\n'))
      if (typeof verdict === 'string') {
        client.resume()
        const page = '<html>no</html>'
        client.end(`HTTP/1.1 ${verdict}\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\n\r\n${page}`)
        return
      }
      const gateway = connect(gatewayPort, '127.0.0.1')
      keep(gateway)
      gateway.write(`${verdict.join('\r\n')}\r\n\r\n`, 'latin1')
      gateway.write(head.subarray(end + 4))
      client.pipe(gateway).pipe(client)
    }
    client.on('data', read)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Removes these headers. */
export const dropping =
  (...names: string[]): Meddle =>
  lines =>
    lines.filter(line => !names.some(name => line.toLowerCase().startsWith(`${name}:`)))
