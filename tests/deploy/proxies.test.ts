import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { entry } from '../support/journal.ts'
import { jpeg } from '../support/jpeg.ts'
import { until } from '../support/until.ts'

const deploy = join(dirname(dirname(import.meta.dirname)), 'deploy')

/** A port that was free a moment ago: a proxy cannot tell which one the system chose for it. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Our shipped text with a test's ports and files in it. Each `from` has to be there: else nothing would be tested. */
function fill(text: string, replacements: readonly (readonly [from: string, to: string])[]): string {
  return replacements.reduce((filled, [from, to]) => {
    if (!filled.includes(from)) throw new Error(`the shipped configuration no longer holds "${from}"`)
    return filled.replaceAll(from, to)
  }, text)
}

interface Ports {
  gateway: number
  plain: number
  tls: number
}

interface Recipe {
  command: string
  /** Writes the configuration into `folder`, where `gate.crt`, `gate.key` and `gate.pem` (both) already are. */
  write(folder: string, ports: Ports): Promise<void>
  check(folder: string): string[]
  run(folder: string): string[]
}

const recipes: Record<'nginx' | 'haproxy' | 'caddy', Recipe> = {
  nginx: {
    command: 'nginx',
    async write(folder, { gateway, plain, tls }) {
      await writeFile(join(folder, 'proxy.conf'), await readFile(join(deploy, 'nginx-proxy.conf')))
      const site = fill(await readFile(join(deploy, 'nginx.conf'), 'utf8'), [
        ['/etc/nginx/darvaza-proxy.conf;', `${folder}/proxy.conf;`],
        ['127.0.0.1:3000;', `127.0.0.1:${gateway};`],
        ['listen 80;', `listen 127.0.0.1:${plain};`],
        ['listen 443 ssl;', `listen 127.0.0.1:${tls} ssl;`],
        ['/etc/letsencrypt/live/gate.example.org/fullchain.pem', `${folder}/gate.crt`],
        ['/etc/letsencrypt/live/gate.example.org/privkey.pem', `${folder}/gate.key`],
      ])
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map(name => `${name}_temp_path ${folder}/${name};`)
        .join(' ')
      const main = `daemon off; pid ${folder}/pid; error_log stderr; worker_processes 1; events {}\nhttp { access_log off; ${temporary}\n${site}\n}\n`
      await writeFile(join(folder, 'main.conf'), main)
    },
    check: folder => ['-t', '-p', folder, '-c', join(folder, 'main.conf')],
    run: folder => ['-p', folder, '-c', join(folder, 'main.conf')],
  },
  haproxy: {
    command: 'haproxy',
    async write(folder, { gateway, plain, tls }) {
      const filled = fill(await readFile(join(deploy, 'haproxy.cfg'), 'utf8'), [
        ['127.0.0.1:3000', `127.0.0.1:${gateway}`],
        ['bind :80', `bind 127.0.0.1:${plain}`],
        ['bind :443', `bind 127.0.0.1:${tls}`],
        ['crt /etc/haproxy/gate.pem', `crt ${folder}/gate.pem`],
      ])
      await writeFile(join(folder, 'haproxy.cfg'), filled)
    },
    check: folder => ['-c', '-f', join(folder, 'haproxy.cfg')],
    run: folder => ['-db', '-f', join(folder, 'haproxy.cfg')],
  },
  caddy: {
    command: 'caddy',
    async write(folder, { gateway, plain, tls }) {
      const filled = fill(await readFile(join(deploy, 'Caddyfile'), 'utf8'), [
        ['127.0.0.1:3000', `127.0.0.1:${gateway}`],
        ['http://gate.example.org {', `http://127.0.0.1:${plain} {`],
        ['https://gate.example.org {', `https://127.0.0.1:${tls} {\n\ttls ${folder}/gate.crt ${folder}/gate.key`],
        ['\tservers {', '\tadmin off\n\tauto_https disable_redirects\n\tservers {'],
      ])
      await writeFile(join(folder, 'Caddyfile'), filled)
    },
    check: folder => ['validate', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')],
    run: folder => ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')],
  },
}

const isHere = (command: string): boolean => spawnSync(command, ['version'], { stdio: 'ignore' }).error === undefined

/** A gateway and, before it, a proxy with our shipped configuration. */
class Proxied implements AsyncDisposable {
  readonly gateway: TestGateway
  readonly ports: Ports
  readonly #folder: string
  readonly #process: ChildProcess

  private constructor(gateway: TestGateway, ports: Ports, folder: string, process: ChildProcess) {
    this.gateway = gateway
    this.ports = ports
    this.#folder = folder
    this.#process = process
  }

  static async start({ command, write, check, run }: Recipe): Promise<Proxied> {
    const gateway = await startGateway({ trustedProxies: ['127.0.0.1'] })
    const folder = await mkdtemp(join(tmpdir(), 'darvaza-proxy-'))
    const [crt, key] = [join(folder, 'gate.crt'), join(folder, 'gate.key')]
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
    spawnSync('openssl', ['req', '-x509', ...curve, '-nodes', '-days', '2', '-keyout', key, '-out', crt, ...names])
    await writeFile(join(folder, 'gate.pem'), Buffer.concat([await readFile(crt), await readFile(key)]))
    const ports = { gateway: gateway.port, plain: await freePort(), tls: await freePort() }
    await write(folder, ports)
    const env = { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
    const checked = spawnSync(command, check(folder), { env, encoding: 'utf8' })
    if (checked.status !== 0)
      throw new Error(`${command} refuses our configuration:\n${checked.stdout}${checked.stderr}`)
    const child = spawn(command, run(folder), { env, stdio: 'ignore' })
    const proxied = new Proxied(gateway, ports, folder, child)
    await until(`${command} listens`, async () => (await accepts(ports.plain)) && (await accepts(ports.tls)))
    return proxied
  }

  /** The way in through the proxy, for a board. */
  get door(): TestGateway {
    return { ...this.gateway, wsUrl: `ws://127.0.0.1:${this.ports.plain}` }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await gone
    await this.gateway[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

const accepts = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })

/** Asks through the proxy's TLS; its certificate was made by this test. */
async function overTls(
  port: number,
  path: string,
  key: string,
  { method, body }: { method: string; body?: string },
): Promise<{ status: number | undefined; body: Buffer }> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const call = request({ host: '127.0.0.1', port, path, method, headers, rejectUnauthorized: false, agent: false })
  call.end(body)
  const [response] = await once(call, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return { status: response.statusCode, body: Buffer.concat(chunks) }
}

/** The status line that a camera gets whose firmware has added its headers `times` times. */
async function cameraWithRepeatedHeaders(port: number, token: string, times: number): Promise<string> {
  const own = `Authorization: Bearer ${token}\r\nX-Device-Type: ESP32CAM\r\nX-Device-ID: 24:6F:28:AA:BB:CC\r\nX-Device-Version: 1.0.0\r\nX-Connection-Type: WebSocket\r\n`
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(
    `GET /ws/esp32cam HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n${own.repeat(times)}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nUser-Agent: TinyWebsockets Client\r\n\r\n`,
  )
  const [bytes] = await once(socket, 'data')
  socket.destroy()
  return String(bytes).split('\r\n')[0]!
}

for (const [name, recipe] of Object.entries(recipes)) {
  const missing = ['openssl', recipe.command].filter(command => !isHere(command))
  if (missing.length > 0)
    console.log(`SKIPPED: the gateway behind ${name}: ${missing.join(' and ')} not installed here`)

  describe.skipIf(missing.length > 0)(`behind ${name}, as we ship its configuration`, () => {
    it('lets a board in with its own address, and believes no X-Forwarded-For of its own', async () => {
      await using proxied = await Proxied.start(recipe)
      const forged = { 'x-forwarded-for': '203.0.113.66', 'x-real-ip': '203.0.113.67' }
      await using board = await Board.connect(proxied.door, { from: '127.0.0.9', headers: forged })
      await board.next('connection_ack')

      const opened = await entry(proxied.gateway, ({ kind }) => kind === 'connection.opened')
      expect(opened.address).toBe('127.0.0.9')
      expect(opened.data).toMatchObject({ proxied: true, path: '/ws/pico' })
      expect((await board.device()).address).toBe('127.0.0.9')
    })

    it('passes pictures to a viewer byte for byte, commands to a board, and the API', async () => {
      await using proxied = await Proxied.start(recipe)
      await using camera = await Board.active(proxied.door, { kind: 'esp32cam' })
      await using pico = await Board.active(proxied.door, { acknowledges: true })
      const picture = jpeg(30_000)
      await camera.sendFrame(picture)
      await camera.settled()
      const plain = `http://127.0.0.1:${proxied.ports.plain}`
      expect((await fetch(`${plain}/public/tokens`)).status).toBe(200)

      const through = (path: string, init: { method: string; body?: string } = { method: 'GET' }) =>
        overTls(proxied.ports.tls, path, proxied.gateway.ownerKey, init)
      const shown = await through(`/api/devices/${await camera.id()}/snapshot.jpg`)
      expect(shown.body.equals(picture)).toBe(true)
      const moved = await through(`/api/devices/${await pico.id()}/servo`, {
        method: 'POST',
        body: '{"servo1":120,"servo2":60}',
      })
      expect(moved.status).toBe(200)
      expect(await pico.next('servo')).toMatchObject({ command: { servo1: 120, servo2: 60 } })
    })

    it('sends people on the plain port to TLS, and boards nowhere', async () => {
      await using proxied = await Proxied.start(recipe)
      const { plain } = proxied.ports
      const page = await fetch(`http://127.0.0.1:${plain}/api/devices`, { redirect: 'manual' })
      expect(page.status).toBe(301)
      expect(page.headers.get('location')).toMatch(/^https:/)
      expect((await fetch(`http://127.0.0.1:${plain}/health`, { redirect: 'manual' })).status).toBe(200)
    })

    // nginx refuses any repeated Authorization header by itself; its configuration and the guide say so.
    it(`${name === 'nginx' ? 'keeps out' : 'lets in'} a camera that repeats its headers`, async () => {
      await using proxied = await Proxied.start(recipe)
      const token = await proxied.gateway.mint('esp32cam')
      const status = await cameraWithRepeatedHeaders(proxied.ports.plain, token, name === 'nginx' ? 2 : 1_500)
      expect(status).toBe(name === 'nginx' ? 'HTTP/1.1 400 Bad Request' : 'HTTP/1.1 101 Switching Protocols')
    })
  })
}
