import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { makeCertificates } from '../cli/support/certificates.ts'
import { firstOwner, PersonClient, password } from '../people/person-client.ts'
import { startGateway, type TestGateway, temporaryFolder } from '../support/gateway.ts'

/* Anybody on the network path can forge pages of http://NAME, so none of these may act at https://NAME. */

const name = 'gate.example.org'
/** Repeated rejections are answered at once: these tests are not about their delay. */
const promptly = { refusalHoldMinMs: 1, refusalHoldMaxMs: 2 }

/** Resolves to the HTTP status of a WebSocket handshake; 101 if the gateway accepts it. */
async function handshake(url: string, options: ClientOptions): Promise<number> {
  const socket = new WebSocket(url, { rejectUnauthorized: false, ...options })
  socket.on('error', () => {})
  return await new Promise(resolve => {
    socket.on('open', () => {
      socket.terminate()
      resolve(101)
    })
    socket.on('unexpected-response', (_request, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
  })
}

describe('on the TLS listener', () => {
  let gateway: TestGateway
  let port: number
  let owner: PersonClient
  let device: string
  beforeAll(async () => {
    using certificates = makeCertificates()
    const folder = await temporaryFolder()
    const tls = { port: 0, certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
    await writeFile(tls.certFile, certificates.good.cert)
    await writeFile(tls.keyFile, certificates.good.key)
    gateway = await startGateway({ tls, limits: { ...promptly, entryBurst: 1_000, guessBurst: 1_000 } })
    const plain = await fetch(gateway.url, { redirect: 'manual', headers: { accept: 'text/html' } })
    port = Number(new URL(plain.headers.get('location')!).port)
    owner = await firstOwner(encrypted(gateway))
    device = (await owner.ask('POST', '/api/devices', { kind: 'esp32cam', name: 'cam' })).body.device.id
  })
  afterAll(() => gateway[Symbol.asyncDispose]())

  /** The same gateway, but requests go to its TLS listener under its name. */
  const encrypted = (of: TestGateway): TestGateway => ({
    ...of,
    url: `https://${name}:${port}`,
    async api(method, path, body, { headers } = {}) {
      const { status, json, setCookie } = await ask(method, path, headers ?? {}, body)
      const answer = new Headers()
      for (const line of setCookie) answer.append('set-cookie', line)
      return { status, body: json, headers: answer }
    },
  })

  async function ask(method: string, path: string, headers: Record<string, string>, body?: unknown) {
    const call = request({
      ...{ host: '127.0.0.1', port, method, path, rejectUnauthorized: false, agent: false },
      headers: { host: `${name}:${port}`, 'content-type': 'application/json', ...headers },
    })
    call.end(body === undefined ? undefined : JSON.stringify(body))
    const [response] = await once(call, 'response')
    if (response.headers['content-type']?.startsWith('multipart/')) {
      call.destroy()
      return { status: response.statusCode as number, json: undefined, setCookie: [] }
    }
    let text = ''
    for await (const chunk of response) text += chunk
    const setCookie = (response.headers['set-cookie'] ?? []) as string[]
    return { status: response.statusCode as number, json: text.startsWith('{') ? JSON.parse(text) : text, setCookie }
  }

  const own = () => `https://${name}:${port}`
  const foreign = () => [`http://${name}:${port}`, `http://${name}`, `https://${name}`, 'null', `https://${name}:1`]

  it('a change by cookie takes the whole origin, scheme and port included', async () => {
    const change = (origin: string) =>
      ask('PUT', '/api/enrolment', { cookie: owner.cookie, origin }, { mode: 'approve' })
    for (const origin of foreign()) {
      const { status, json } = await change(origin)
      expect([origin, status, json.code]).toEqual([origin, 403, 'foreign_origin'])
    }
    expect((await change(own())).status).toBe(200)
  })

  it('a sign-in takes it as well, and its Referer where no Origin was sent', async () => {
    const wish = { email: owner.email, password }
    const signIn = (headers: Record<string, string>) => ask('POST', '/api/auth/sign-in/email', headers, wish)
    for (const origin of foreign()) expect([origin, (await signIn({ origin })).status]).toEqual([origin, 403])
    expect((await signIn({ referer: `http://${name}:${port}/sign-in` })).status).toBe(403)
    expect((await signIn({ origin: own() })).status).toBe(200)
  })

  it('so do the sockets of the dashboard and of viewers, and Basic, which browsers repeat by themselves', async () => {
    const key = await gateway.key('viewer')
    const basic = { authorization: `Basic ${Buffer.from(`player:${key}`).toString('base64')}` }
    const at = (path: string, headers: Record<string, string>) =>
      handshake(`wss://127.0.0.1:${port}${path}`, { headers: { host: `${name}:${port}`, ...headers } })
    for (const origin of foreign()) {
      expect([origin, await at('/ws/dashboard', { cookie: owner.cookie, origin })]).toEqual([origin, 403])
      expect([origin, await at(`/ws/view/${device}`, { cookie: owner.cookie, origin })]).toEqual([origin, 403])
      expect([origin, await at(`/ws/view/${device}`, { ...basic, origin })]).toEqual([origin, 403])
      const { status } = await ask('GET', `/api/devices/${device}/stream.mjpeg`, { ...basic, origin })
      expect([origin, status]).toEqual([origin, 403])
    }
    expect(await at('/ws/dashboard', { cookie: owner.cookie, origin: own() })).toBe(101)
    expect(await at(`/ws/view/${device}`, { cookie: owner.cookie, origin: own() })).toBe(101)
    expect(await at(`/ws/view/${device}`, basic)).toBe(101)
    expect((await ask('GET', `/api/devices/${device}/stream.mjpeg`, basic)).status).toBe(200)
  })

  it('a page of a sibling host or of another port embeds no camera with this browser’s cookies', async () => {
    for (const site of ['same-site', 'cross-site']) {
      const headers = { cookie: owner.cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' }
      const { status } = await ask('GET', `/api/devices/${device}/stream.mjpeg`, headers)
      expect([site, status]).toEqual([site, 403])
    }
    const own = { cookie: owner.cookie, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'no-cors' }
    expect((await ask('GET', `/api/devices/${device}/stream.mjpeg`, own)).status).toBe(200)
  })
})

describe('behind a proxy that ends TLS', () => {
  const from = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' }
  const tryChange = (visitor: PersonClient, origin: string, host: string) => {
    const { hostname, port } = new URL(visitor.gateway.url)
    return handshake(`ws://${hostname}:${port}/ws/dashboard`, {
      headers: { ...from, cookie: visitor.cookie, origin, host },
    })
  }

  it('the whole origin counts where the proxy is trusted and says https', async () => {
    await using gateway = await startGateway({ trustedProxies: ['127.0.0.1'], limits: promptly })
    const owner = await firstOwner(gateway)
    const behind = new PersonClient(gateway)
    const { host } = new URL(gateway.url)
    const wish = { email: owner.email, password }
    const signIn = (origin: string) => behind.ask('POST', '/api/auth/sign-in/email', wish, { origin, headers: from })
    expect((await signIn(`http://${host}`)).status).toBe(403)
    const answer = await signIn(`https://${host}`)
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Secure-/)
    expect(await tryChange(behind, `http://${host}`, host)).toBe(403)
    expect(await tryChange(behind, `https://${host}`, host)).toBe(101)
  })

  it('the host of an https public address is reached in plain by nobody’s page; other names stay as they are', async () => {
    await using gateway = await startGateway({ publicUrl: `https://${name}`, limits: promptly })
    const owner = await firstOwner(gateway)
    expect(await tryChange(owner, `http://${name}`, name)).toBe(403)
    expect(await tryChange(owner, `https://${name}`, name)).toBe(101)
    expect(await tryChange(owner, gateway.url, new URL(gateway.url).host)).toBe(101)
  })
})
