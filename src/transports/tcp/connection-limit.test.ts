import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificates } from '../../../tests/cli/support/certificates.ts'
import { noFaults } from '../../../tests/support/faults.ts'
import { defaultLimits } from '../../core/limits.ts'
import { ConnectionLimit } from './connection-limit.ts'
import { Listener, type ListenerHandlers } from './listener.ts'

let certificates: ReturnType<typeof makeCertificates>
beforeAll(() => {
  certificates = makeCertificates()
})
afterAll(() => certificates[Symbol.dispose]())

/** A plain and an encrypted listener that share a limit of connections. */
async function listening(most: number) {
  const { cert, key } = certificates.good
  const tls = { cert: Buffer.from(cert), key: Buffer.from(key) }
  const { promise: asked, resolve: onNever } = Promise.withResolvers<void>()
  const handlers: ListenerHandlers = {
    onRequest: ({ url }, response) => (url === '/never' ? onNever() : void response.end('hello')),
    onUpgrade: ({ socket }) => void socket.destroy(),
    onGarbage: socket => void socket.destroy(),
  }
  const connections = new ConnectionLimit(most, () => {})
  const plain = new Listener(handlers, defaultLimits, { connections, faults: noFaults })
  const encrypted = new Listener(handlers, defaultLimits, { tls, connections, faults: noFaults })
  const where = { host: '127.0.0.1', port: 0 }
  const ports = { plain: await plain.listen(where), encrypted: await encrypted.listen(where) }
  for (const listener of [plain, encrypted]) listener.serve()
  return {
    ports,
    connections,
    /** Resolves when `/never`, which is not answered, was requested. */
    asked,
    async [Symbol.asyncDispose]() {
      for (const listener of [plain, encrypted]) {
        listener.stopAccepting()
        listener.cutAll()
      }
      await Promise.all([plain.emptied(10_000), encrypted.emptied(10_000)])
    },
  }
}

/** Connections that never send a byte. */
async function silent(port: number, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1').on('error', () => {}))
  await Promise.all(sockets.map(socket => once(socket, 'connect')))
  return sockets
}

const request = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'

async function answerOf(socket: Socket): Promise<string> {
  let text = ''
  socket.on('error', () => {}).on('data', bytes => (text += bytes.toString('latin1')))
  socket.write(request)
  await once(socket, 'close')
  return text
}

describe('a limit of connections', () => {
  it('lets a newcomer in, on either port, in the place of a stranger who never ends a TLS handshake', async () => {
    await using at = await listening(4)
    const strangers = await silent(at.ports.encrypted, 6)
    await expect.poll(() => at.connections.closed).toBe(2)
    expect(await answerOf(connect(at.ports.plain, '127.0.0.1'))).toContain('hello')
    const secure = connectTls({ port: at.ports.encrypted, host: '127.0.0.1', rejectUnauthorized: false })
    expect(await answerOf(secure)).toContain('hello')
    for (const stranger of strangers) stranger.destroy()
  })

  it('lets a newcomer in on the encrypted port while strangers say nothing on the plain one', async () => {
    await using at = await listening(4)
    const strangers = await silent(at.ports.plain, 4)
    const secure = connectTls({ port: at.ports.encrypted, host: '127.0.0.1', rejectUnauthorized: false })
    expect(await answerOf(secure)).toContain('hello')
    expect(at.connections.closed).toBe(1)
    for (const stranger of strangers) stranger.destroy()
  })

  it('closes the newcomer where all others wait for an answer', async () => {
    await using at = await listening(1)
    const first = connect(at.ports.plain, '127.0.0.1').on('error', () => {})
    first.write('GET /never HTTP/1.1\r\nHost: x\r\n\r\n')
    await at.asked
    expect(await answerOf(connect(at.ports.plain, '127.0.0.1'))).toBe('')
    expect(first.destroyed).toBe(false)
    first.destroy()
  })
})
