import { describe, expect, it } from 'vitest'
import type { CheckOptions } from '../../src/cli/check/check.ts'
import { Board } from '../support/board.ts'
import type { Overrides } from '../support/gateway.ts'
import { jpeg } from '../support/jpeg.ts'
import { type Findings, findings, wrongs } from './findings.ts'
import { careless, ifInstalled, type Ports, Proxied, type ProxyName } from './proxied.ts'

/** Resolves every name to this machine, so that the check runs as from outside. */
const outside: Partial<CheckOptions> = { lookup: async () => [{ address: '127.0.0.1', family: 4 }] }

/** Runs `check` through a proxy with this configuration, and returns its findings. */
async function through(
  name: ProxyName,
  text: (ports: Ports, folder: string) => string,
  { gateway, ...options }: Partial<CheckOptions> & { gateway?: Overrides } = {},
): Promise<Findings> {
  await using proxied = await Proxied.start(careless(name, text), gateway)
  const host = options.lookup ? 'gate.example.test' : '127.0.0.1'
  return await findings({ url: `http://${host}:${proxied.ports.plain}`, ...options })
}

const upgrading = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;'
const nginx = (lines: string) => (ports: Ports) =>
  `server { listen 127.0.0.1:${ports.plain}; location / { proxy_pass http://127.0.0.1:${ports.gateway}; ${lines} } }`
const haproxy = (lines: string) => (ports: Ports) =>
  `
defaults
    mode http
    timeout connect 5s
    timeout client 50s
    timeout server 50s
    ${lines}
listen boards
    bind 127.0.0.1:${ports.plain}
    server gateway 127.0.0.1:${ports.gateway}
`
const caddy = (lines: string) => (ports: Ports, folder: string) =>
  `
{
    admin off
    skip_install_trust
    http_port ${ports.plain}
    https_port ${ports.tls}
    default_bind 127.0.0.1
    storage file_system ${folder}
}
${lines.replaceAll('GATEWAY', `127.0.0.1:${ports.gateway}`).replaceAll('PLAIN', String(ports.plain))}
`

describe('`check` through nginx as it is before one knows it', ifInstalled('nginx'), () => {
  it('names the Upgrade headers that are not passed on', async () => {
    const found = await through('nginx', nginx(''))
    expect(found.handshake).toMatchObject({
      verdict: 'failed',
      code: 'upgrade_dropped',
      remedy: expect.stringContaining('proxy_set_header Upgrade $http_upgrade'),
    })
  })

  it('names the address and the name that get lost', async () => {
    const found = await through('nginx', nginx(upgrading))
    expect(wrongs(found)).toEqual({ address: 'address_hidden' })
    expect(found.address.remedy).toContain('proxy_set_header X-Forwarded-For $remote_addr')
    expect(found.address.says).toMatch(
      /to the gateway we are 127\.0\.0\.1, .* it was called 127\.0\.0\.1:\d+ instead of/,
    )
    const named = await through('nginx', nginx(`${upgrading} proxy_set_header X-Forwarded-For $remote_addr;`))
    expect(wrongs(named)).toEqual({ address: 'host_rewritten' })
  })

  it('names the gateway that does not know its proxy', async () => {
    const said = `${upgrading} proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;`
    const found = await through('nginx', nginx(said), { gateway: { trustedProxies: [] } })
    expect(wrongs(found)).toEqual({ address: 'proxy_untrusted' })
    expect(found.address.remedy).toContain('--trusted-proxies')
  })

  it('names the idle timeout when it is shorter than the keep-alive', async () => {
    const found = await through('nginx', nginx(`${upgrading} proxy_read_timeout 1s;`), { seconds: 8 })
    expect(found['keep-alive']).toMatchObject({
      code: 'cut_while_idle',
      says: expect.stringMatching(/cut after .* quiet for \d/),
      remedy: expect.stringContaining('proxy_read_timeout'),
    })
  })

  it('says which boards it keeps out by their headers', { timeout: 120_000 }, async () => {
    const found = await through('nginx', nginx(upgrading), { fromBoard: true })
    const repeated = 'repeated_header_refused'
    expect(wrongs(found)).toEqual({
      'board:arduino-2': repeated,
      'board:arduino-40': repeated,
      'board:arduino-1500': repeated,
    })
  })

  it('need not name its buffering: a picture passes without waiting for the next', async () => {
    await using proxied = await Proxied.start(careless('nginx', nginx(`${upgrading} proxy_buffering on;`)))
    await using camera = await Board.active(proxied.door, { kind: 'esp32cam' })
    const headers = { authorization: `Bearer ${proxied.gateway.ownerKey}` }
    const signal = AbortSignal.timeout(10_000)
    const url = `${proxied.plainUrl}/api/devices/${await camera.id()}/stream.mjpeg`
    const stream = (await fetch(url, { headers, signal })).body!.getReader()
    const picture = jpeg(3_000)
    await camera.sendFrame(picture)
    let received: Buffer = Buffer.alloc(0)
    while (!received.includes(picture)) received = Buffer.concat([received, (await stream.read()).value!])
    await stream.cancel()
  })

  it('names the gateway that trusts its own machine, and so everybody', async () => {
    const trusting = { trustLoopback: true, trustedProxies: [] }
    const found = await through('nginx', nginx(upgrading), { gateway: trusting, ...outside })
    expect(found['no-token']).toMatchObject({
      verdict: 'failed',
      code: 'open_to_everyone',
      remedy: expect.stringContaining('--trust-loopback'),
    })
  })
})

describe('`check` through HAProxy as it is before one knows it', ifInstalled('haproxy'), () => {
  it('names the address that gets lost', async () => {
    const found = await through('haproxy', haproxy(''))
    expect(wrongs(found)).toEqual({ address: 'address_hidden' })
    expect(found.address.remedy).toContain('option forwardfor')
    expect(wrongs(await through('haproxy', haproxy('option forwardfor')))).toEqual({})
  })

  it('names the idle timeout when it is shorter than the keep-alive', async () => {
    const found = await through('haproxy', haproxy('option forwardfor\n    timeout tunnel 1s'), { seconds: 8 })
    expect(found['keep-alive']).toMatchObject({
      code: 'cut_while_idle',
      remedy: expect.stringContaining('timeout tunnel'),
    })
  })

  it('says which boards it keeps out by their headers', { timeout: 120_000 }, async () => {
    const found = await through('haproxy', haproxy('option forwardfor'), { fromBoard: true })
    expect(wrongs(found)).toEqual({
      'board:arduino-40': 'header_block_refused',
      'board:arduino-1500': 'header_block_refused',
    })
    expect(found['board:arduino-40'].remedy).toContain('tune.http.maxhdr')
  })
})

describe('`check` through Caddy as it is before one knows it', ifInstalled('caddy'), () => {
  it('names the redirect to https:// that no board follows', async () => {
    const site = caddy('localhost {\n tls internal\n reverse_proxy GATEWAY\n}')
    expect(wrongs(await through('caddy', site))).toMatchObject({ health: 'redirected' })
  })

  it('names the gateway that does not know its proxy', async () => {
    const site = caddy('http://127.0.0.1:PLAIN {\n reverse_proxy GATEWAY\n}')
    const found = await through('caddy', site, { gateway: { trustedProxies: [] } })
    expect(wrongs(found)).toEqual({ address: 'proxy_untrusted' })
  })

  it('finds nothing wrong for any library once the gateway knows it', { timeout: 120_000 }, async () => {
    const site = caddy('http://127.0.0.1:PLAIN {\n reverse_proxy GATEWAY\n}')
    expect(wrongs(await through('caddy', site, { fromBoard: true }))).toEqual({})
    expect(wrongs(await through('caddy', site))).toEqual({})
  })
})
