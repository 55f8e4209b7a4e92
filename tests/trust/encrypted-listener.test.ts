import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { JournalPage } from '#protocol/api.ts'
import { type AccessRow, type RouteName, routeNames, routes } from '../../src/transports/access-table.ts'
import { makeCertificates, type Pair } from '../cli/support/certificates.ts'
import { ask, bearer } from '../http/ask.ts'
import { Board } from '../support/board.ts'
import { overControlSocket, spawnGateway, startGateway, type TestGateway } from '../support/gateway.ts'
import { until } from '../support/until.ts'
import { keptFolder } from './data-folder.ts'

let folder: Awaited<ReturnType<typeof keptFolder>>
let certificates: ReturnType<typeof makeCertificates>
let files: { certFile: string; keyFile: string }
beforeAll(async () => {
  folder = await keptFolder()
  certificates = makeCertificates()
  files = { certFile: join(folder.path, 'cert.pem'), keyFile: join(folder.path, 'key.pem') }
  await install(certificates.good)
})
afterAll(async () => {
  certificates[Symbol.dispose]()
  await folder[Symbol.asyncDispose]()
})

async function install({ cert, key }: Pair): Promise<void> {
  await writeFile(files.certFile, cert)
  await writeFile(files.keyFile, key)
}

/** The port of the encrypted listener. Only the redirect of a page reveals it. */
async function tlsPortOf(gateway: TestGateway): Promise<number> {
  const { headers } = await ask(gateway, 'GET', '/', { headers: { accept: 'text/html' } })
  return Number(new URL(headers.location!).port)
}

/** The fingerprint of the certificate that a new connection receives. */
async function shown(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}

/** A `TestGateway` whose `wsUrl` makes a `Board` connect to the encrypted listener. */
const encrypted = (gateway: TestGateway, port: number): TestGateway => ({
  ...gateway,
  wsUrl: `wss://127.0.0.1:${port}`,
})

describe('the certificate', () => {
  it('is reloaded when its files change, and live sockets are not touched', async () => {
    await using gateway = await startGateway({ tls: { port: 0, ...files }, enrolment: 'open' })
    const port = await tlsPortOf(gateway)
    const before = await shown(port)
    await using board = await Board.connect(encrypted(gateway, port), { ca: certificates.root, deviceId: 'roof' })
    await board.next('connection_ack')

    // With only one file of the new pair replaced, the old certificate stays until key and certificate match.
    await writeFile(files.certFile, certificates.endsSoon.cert)
    await new Promise(resolve => setTimeout(resolve, 2_500))
    expect(await shown(port)).toBe(before)
    await writeFile(files.keyFile, certificates.endsSoon.key)
    const after = await until('the new certificate is shown', async () => {
      const now = await shown(port)
      return now !== before && now
    })
    expect(after).not.toBe(before)

    await board.settled()
    expect(board.ws.readyState).toBe(WebSocket.OPEN)
    const { body } = await overControlSocket(gateway.dataDir, 'GET', '/api/journal?kind=connection')
    expect((body as JournalPage).entries.map(({ kind }) => kind)).toEqual(['connection.opened'])
    await install(certificates.good)
  })
})

describe('with an encrypted listener, on the plain port', () => {
  let gateway: TestGateway
  beforeAll(async () => {
    gateway = await startGateway({ tls: { port: 0, ...files } })
  })
  afterAll(() => gateway[Symbol.asyncDispose]())

  const isOpen = ({ action }: AccessRow) => action.startsWith('public.') && action !== 'public.enter'
  const asked = (name: RouteName) => {
    const [method = '', path = ''] = name.split(' ')
    return { method, path: path.replaceAll(/\{\w+\}/g, 'x'), row: routes[name] as AccessRow }
  }

  it.each(routeNames.filter(name => (routes[name] as AccessRow).page))(
    '%s redirects to the encrypted one',
    async name => {
      const { method, path } = asked(name)
      const headers = { accept: 'text/html', host: 'gate.example:3000' }
      const { status, headers: said } = await ask(gateway, method, path, { headers })
      expect([status, new URL(said.location!).pathname]).toEqual([302, path])
      expect(said.location).toMatch(/^https:\/\/gate\.example:\d+\//)
    },
  )

  it('every call of the API is refused, whatever key comes with it', async () => {
    const closed = routeNames.filter(name => !isOpen(routes[name] as AccessRow))
    expect(closed.length).toBeGreaterThan(50)
    for (const name of closed) {
      const { method, path } = asked(name)
      const { status, json } = await ask(gateway, method, path, { headers: bearer(gateway.ownerKey) })
      expect([name, status, json.code]).toEqual([name, 403, 'tls_required'])
    }
  })

  it.each(['/ws/view/x', '/ws/dashboard'])('%s is refused, and boards are not', async path => {
    const ws = new WebSocket(gateway.wsUrl + path, { headers: bearer(gateway.ownerKey) })
    const [, response] = await once(
      ws.on('error', () => {}),
      'unexpected-response',
    )
    expect(response.statusCode).toBe(403)
    response.resume()
    await using board = await Board.connect(gateway)
    expect((await board.next('connection_ack')).status).toBe('success')
  })
})

describe('a handshake of TLS that never ends', () => {
  it('is ended after its time', async () => {
    await using gateway = await startGateway({ tls: { port: 0, ...files }, limits: { handshakeTimeoutMs: 300 } })
    const silent = createConnection({ port: await tlsPortOf(gateway), host: '127.0.0.1' }).on('error', () => {})
    await once(silent, 'close')
  })

  it('does not keep the gateway from ending', async () => {
    const args = ['--tls-port', '0', '--tls-cert', files.certFile, '--tls-key', files.keyFile]
    await using gateway = await spawnGateway({ args })
    const silent = createConnection({ port: await tlsPortOf(gateway), host: '127.0.0.1' }).on('error', () => {})
    await once(silent, 'connect')
    // Half a ClientHello makes sure that the gateway has read from this connection.
    silent.write(Buffer.from('16030100c8010000c40303', 'hex'))
    await gateway.api('GET', '/health', undefined, { key: null })
    const asked = performance.now()
    gateway.kill('SIGTERM')
    expect((await gateway.exited).code).toBe(0)
    expect(performance.now() - asked).toBeLessThan(10_000)
    silent.destroy()
  })
})
