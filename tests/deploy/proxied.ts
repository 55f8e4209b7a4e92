import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Overrides, startGateway, type TestGateway } from '../support/gateway.ts'
import { onlyIf } from '../support/only-if.ts'
import { until } from '../support/until.ts'

const deploy = join(dirname(dirname(import.meta.dirname)), 'deploy')

/** A port that was free a moment ago, as a proxy cannot report a port that the system chose. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export type Replacements = readonly (readonly [from: string, to: string])[]

/** Puts a test's ports and files into a text. Throws if a `from` is missing, as nothing would be tested then. */
function fill(text: string, replacements: Replacements): string {
  return replacements.reduce((filled, [from, to]) => {
    if (!filled.includes(from)) throw new Error(`the shipped configuration no longer holds "${from}"`)
    return filled.replaceAll(from, to)
  }, text)
}

export interface Ports {
  gateway: number
  plain: number
  tls: number
}

export interface Recipe {
  command: string
  /** Writes the configuration into `folder`, which already holds `gate.crt`, `gate.key` and `gate.pem` (both). */
  write(folder: string, ports: Ports): Promise<void>
  check(folder: string): string[]
  run(folder: string): string[]
}

export type ProxyName = 'nginx' | 'haproxy' | 'caddy'

const running: Record<ProxyName, Omit<Recipe, 'write'>> = {
  nginx: {
    command: 'nginx',
    check: folder => ['-t', '-p', folder, '-c', join(folder, 'main.conf')],
    run: folder => ['-p', folder, '-c', join(folder, 'main.conf')],
  },
  haproxy: {
    command: 'haproxy',
    check: folder => ['-c', '-f', join(folder, 'haproxy.cfg')],
    run: folder => ['-db', '-f', join(folder, 'haproxy.cfg')],
  },
  caddy: {
    command: 'caddy',
    check: folder => ['validate', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')],
    run: folder => ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')],
  },
}

const configurationFile: Record<ProxyName, string> = {
  nginx: 'main.conf',
  haproxy: 'haproxy.cfg',
  caddy: 'Caddyfile',
}

/** Debian's nginx.conf around a site, changed so that it needs no root and writes only into `folder`. */
function aroundSites(folder: string, site: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map(name => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  return `daemon off; pid ${folder}/pid; error_log stderr; worker_processes 1; events {}\nhttp { access_log off; ${temporary}\n${site}\n}\n`
}

const shippedText: Record<ProxyName, (folder: string, ports: Ports) => Promise<string>> = {
  async nginx(folder, { gateway, plain, tls }) {
    const site = fill(await readFile(join(deploy, 'nginx.conf'), 'utf8'), [
      ['/etc/nginx/darvaza-proxy.conf;', `${folder}/proxy.conf;`],
      ['127.0.0.1:3000;', `127.0.0.1:${gateway};`],
      ['listen 80;', `listen 127.0.0.1:${plain};`],
      ['listen 443 ssl;', `listen 127.0.0.1:${tls} ssl;`],
      ['/etc/letsencrypt/live/gate.example.org/fullchain.pem', `${folder}/gate.crt`],
      ['/etc/letsencrypt/live/gate.example.org/privkey.pem', `${folder}/gate.key`],
    ])
    return aroundSites(folder, site)
  },
  haproxy: async (folder, { gateway, plain, tls }) =>
    fill(await readFile(join(deploy, 'haproxy.cfg'), 'utf8'), [
      ['127.0.0.1:3000', `127.0.0.1:${gateway}`],
      ['bind :80', `bind 127.0.0.1:${plain}`],
      ['bind :443', `bind 127.0.0.1:${tls}`],
      ['crt /etc/haproxy/gate.pem', `crt ${folder}/gate.pem`],
    ]),
  caddy: async (folder, { gateway, plain, tls }) =>
    fill(await readFile(join(deploy, 'Caddyfile'), 'utf8'), [
      ['127.0.0.1:3000', `127.0.0.1:${gateway}`],
      ['http://gate.example.org {', `http://127.0.0.1:${plain} {`],
      ['https://gate.example.org {', `https://127.0.0.1:${tls} {\n\ttls ${folder}/gate.crt ${folder}/gate.key`],
      ['\tservers {', '\tadmin off\n\tauto_https disable_redirects\n\tservers {'],
    ]),
}

/** The configuration that we ship, except for ports, certificate and the `changes` of a test. */
export const shipped = (name: ProxyName, changes: Replacements = []): Recipe => ({
  ...running[name],
  async write(folder, ports) {
    const inProxyConf = changes.filter(([from]) => name === 'nginx' && from.startsWith('proxy_'))
    if (name === 'nginx') {
      const proxy = await readFile(join(deploy, 'nginx-proxy.conf'), 'utf8')
      await writeFile(join(folder, 'proxy.conf'), fill(proxy, inProxyConf))
    }
    const text = await shippedText[name](folder, ports)
    const rest = changes.filter(change => !inProxyConf.includes(change))
    await writeFile(join(folder, configurationFile[name]), fill(text, rest))
  },
})

/** A configuration by a user who has not read our guide. For nginx, `text` is only the part inside `http`. */
export const careless = (name: ProxyName, text: (ports: Ports, folder: string) => string): Recipe => ({
  ...running[name],
  async write(folder, ports) {
    const own = text(ports, folder)
    await writeFile(join(folder, configurationFile[name]), name === 'nginx' ? aroundSites(folder, own) : own)
  },
})

const isHere = (command: string): boolean => spawnSync(command, ['version'], { stdio: 'ignore' }).error === undefined

/** Options of a suite that needs this proxy, and openssl to make its certificate. */
export function ifInstalled(name: ProxyName): ReturnType<typeof onlyIf> {
  const absent = ['openssl', running[name].command].find(command => !isHere(command))
  return onlyIf(absent === undefined, `${absent} is not installed`)
}

/** A gateway behind a proxy. */
export class Proxied implements AsyncDisposable {
  readonly gateway: TestGateway
  readonly ports: Ports
  /** The certificate of the proxy's TLS port, PEM. */
  readonly ca: string
  readonly #folder: string
  readonly #process: ChildProcess

  private constructor(gateway: TestGateway, ports: Ports, ca: string, folder: string, process: ChildProcess) {
    this.gateway = gateway
    this.ports = ports
    this.ca = ca
    this.#folder = folder
    this.#process = process
  }

  /** `overrides`: options of the gateway, which trusts the proxy by default. */
  static async start({ command, write, check, run }: Recipe, overrides: Overrides = {}): Promise<Proxied> {
    const gateway = await startGateway({
      trustedProxies: ['127.0.0.1'],
      ...overrides,
      limits: { refusalHoldMinMs: 20, refusalHoldMaxMs: 40, mintsPerMinute: 1_000, ...overrides.limits },
    })
    const folder = await mkdtemp(join(tmpdir(), 'darvaza-proxy-'))
    const [crt, key] = [join(folder, 'gate.crt'), join(folder, 'gate.key')]
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
    spawnSync('openssl', ['req', '-x509', ...curve, '-nodes', '-days', '60', '-keyout', key, '-out', crt, ...names])
    await writeFile(join(folder, 'gate.pem'), Buffer.concat([await readFile(crt), await readFile(key)]))
    const ports = { gateway: gateway.port, plain: await freePort(), tls: await freePort() }
    await write(folder, ports)
    const env = { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
    const checked = spawnSync(command, check(folder), { env, encoding: 'utf8' })
    if (checked.status !== 0) {
      await gateway[Symbol.asyncDispose]()
      throw new Error(`${command} refuses the configuration:\n${checked.stdout}${checked.stderr}`)
    }
    const child = spawn(command, run(folder), { env, stdio: 'ignore' })
    const proxied = new Proxied(gateway, ports, await readFile(crt, 'utf8'), folder, child)
    await until(`${command} listens`, () => accepts(ports.plain))
    return proxied
  }

  /** A `TestGateway` whose addresses lead through the proxy, for boards. */
  get door(): TestGateway {
    return { ...this.gateway, url: this.plainUrl, wsUrl: `ws://127.0.0.1:${this.ports.plain}` }
  }

  get plainUrl(): string {
    return `http://127.0.0.1:${this.ports.plain}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null) {
      const gone = once(this.#process, 'exit')
      // Not SIGKILL, because nginx's workers would stay. The proxy's open connections end when the gateway stops.
      this.#process.kill('SIGTERM')
      await Promise.all([gone, this.gateway[Symbol.asyncDispose]()])
    } else {
      await this.gateway[Symbol.asyncDispose]()
    }
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
