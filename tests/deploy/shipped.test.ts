import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { boardStepNames } from '../../src/cli/check/step.ts'
import { ExternalBoard, python } from '../clients/python.ts'
import { fieldClients } from '../rules/field-clients.ts'
import { Board } from '../support/board.ts'
import { browser, esp32cam, pico } from '../support/handshakes.ts'
import { entry } from '../support/journal.ts'
import { jpeg } from '../support/jpeg.ts'
import { onlyIf } from '../support/only-if.ts'
import { RawClient } from '../support/raw.ts'
import { findings, wrongs } from './findings.ts'
import { ifInstalled, Proxied, type ProxyName, type Replacements, shipped } from './proxied.ts'

const withPython = onlyIf('command' in python, 'missing' in python ? python.missing : '')

/** Shortens the idle timeout of our configuration to 3 s for the tests. Caddy has none for WebSockets. */
const impatient: Record<ProxyName, Replacements> = {
  nginx: [
    ['proxy_read_timeout 1h;', 'proxy_read_timeout 3s;'],
    ['proxy_send_timeout 1h;', 'proxy_send_timeout 3s;'],
  ],
  haproxy: [['timeout tunnel 1h', 'timeout tunnel 3s']],
  caddy: [],
}
/** nginx itself rejects requests with a repeated Authorization header; its configuration and the guide say so. */
const repeatsPass: Record<ProxyName, boolean> = { nginx: false, haproxy: true, caddy: true }
const repeating = ['board:arduino-2', 'board:arduino-40', 'board:arduino-1500']

for (const name of ['nginx', 'haproxy', 'caddy'] as const) {
  describe(`behind ${name}, as we ship its configuration`, ifInstalled(name), () => {
    let proxied: Proxied
    beforeAll(async () => {
      proxied = await Proxied.start(shipped(name))
    })
    afterAll(() => proxied[Symbol.asyncDispose]())

    const secure = (path: string, options: { method?: string; body?: string } = {}): Promise<IncomingMessage> => {
      const { method = 'GET', body } = options
      const headers = { authorization: `Bearer ${proxied.gateway.ownerKey}`, 'content-type': 'application/json' }
      const { ca, ports } = proxied
      const call = request({ host: '127.0.0.1', port: ports.tls, path, method, headers, ca, agent: false })
      call.end(body)
      return once(call, 'response').then(([response]) => response)
    }
    const bodyOf = async (response: IncomingMessage): Promise<Buffer> => Buffer.concat(await response.toArray())

    it('lets a board in with its own address, and believes no X-Forwarded-For of its own', async () => {
      const forged = { 'x-forwarded-for': '203.0.113.66', 'x-real-ip': '203.0.113.67', forwarded: 'for=203.0.113.68' }
      await using board = await Board.connect(proxied.door, { from: '127.0.0.9', headers: forged })
      await board.next('connection_ack')
      const opened = await entry(proxied.gateway, ({ kind, address }) => kind === 'connection.opened' && address)
      expect(opened.address).toBe('127.0.0.9')
      expect(opened.data).toMatchObject({ proxied: true, path: '/ws/pico' })
      expect((await board.device()).address).toBe('127.0.0.9')
    })

    it('believes the proxy only: whoever passes it by is known by the socket', async () => {
      const forged = { 'x-forwarded-for': '203.0.113.66' }
      await using board = await Board.connect(proxied.gateway, { from: '127.0.0.10', headers: forged })
      await board.next('connection_ack')
      expect((await board.device()).address).toBe('127.0.0.10')
    })

    it.each(fieldClients)('lets in $client', async ({ kind, shake }) => {
      const token = await proxied.gateway.mint(kind)
      await using board = await RawClient.open(proxied.ports.plain, shake({ port: proxied.ports.plain, token }))
      await board.message('connection_ack')
    })

    it('lets in a Pico W whose request arrives byte by byte', async () => {
      const { plain: port } = proxied.ports
      await using board = await RawClient.connect(port)
      await board.writeInPieces(pico({ port, token: await proxied.gateway.mint('pico') }))
      await board.upgraded()
      await board.message('connection_ack')
    })

    it('lets in a browser, by message and by subprotocol', async () => {
      const { plain: port } = proxied.ports
      const token = await proxied.gateway.mint('pico')
      await using byMessage = await RawClient.open(port, browser({ port, origin: 'https://elsewhere.example' }))
      await byMessage.send({ type: 'auth', token })
      await byMessage.message('connection_ack')
      const protocol = `darvaza.bearer, ${token}`
      await using byProtocol = await RawClient.open(port, browser({ port, path: '/ws/pico', protocol }))
      await byProtocol.message('connection_ack')
    })

    it.each([1, 40, 1_500])(
      `${repeatsPass[name] ? 'lets in' : 'keeps out'} a camera that has come back %i times and repeats its headers`,
      async reconnects => {
        const token = await proxied.gateway.mint('esp32cam')
        await using camera = await RawClient.connect(proxied.ports.plain)
        await camera.write(esp32cam({ token, reconnects }))
        expect((await camera.answer()).status).toBe(repeatsPass[name] ? 101 : 400)
      },
    )

    it('is what `check` likes, for every library, with and without TLS', { timeout: 60_000 }, async () => {
      const { plainUrl, ports, ca } = proxied
      const secureUrl = `https://127.0.0.1:${ports.tls}`
      for (const way of [{ url: plainUrl }, { url: secureUrl, ca }]) {
        const found = await findings({ ...way, fromBoard: true })
        const refused = boardStepNames.filter(step => found[step].verdict !== 'ok')
        expect(refused, JSON.stringify(wrongs(found))).toEqual(repeatsPass[name] ? [] : repeating)
        expect(wrongs(await findings(way))).toEqual({})
      }
    })

    it('lets in the documented Python client, and holds it', withPython, async () => {
      const args = [proxied.plainUrl, '--kind', 'pico', '--seconds', '1']
      await using board = new ExternalBoard('command' in python ? python.command : '', args)
      expect(await board.end()).toBe('ok')
    })

    it('passes pictures byte for byte: WebSocket, MJPEG and still, each without waiting for the next', async () => {
      await using camera = await Board.active(proxied.door, { kind: 'esp32cam' })
      const id = await camera.id()
      const { ports, ca, gateway } = proxied
      const viewer = new WebSocket(`wss://127.0.0.1:${ports.tls}/ws/view/${id}`, {
        headers: { authorization: `Bearer ${gateway.ownerKey}` },
        ca,
      })
      await once(viewer, 'open')
      const stream = await secure(`/api/devices/${id}/stream.mjpeg`)
      const picture = jpeg(30_000)
      const seen = once(viewer, 'message')
      await camera.sendFrame(picture)
      expect((await seen)[0].equals(picture)).toBe(true)
      let received: Buffer = Buffer.alloc(0)
      for await (const chunk of stream) {
        received = Buffer.concat([received, chunk])
        if (received.includes(picture)) break
      }
      expect((await bodyOf(await secure(`/api/devices/${id}/snapshot.jpg`))).equals(picture)).toBe(true)
      viewer.terminate()
    })

    it('passes commands, and their acknowledgement', async () => {
      await using board = await Board.active(proxied.door, { acknowledges: true })
      const order = { method: 'POST', body: '{"servo1":120,"servo2":60}' }
      const moved = await secure(`/api/devices/${await board.id()}/servo`, order)
      expect(moved.statusCode).toBe(200)
      moved.resume()
      expect(await board.next('servo')).toMatchObject({ command: { servo1: 120, servo2: 60 } })
    })

    it('sends people on the plain port to TLS, and boards nowhere', async () => {
      const page = await fetch(`${proxied.plainUrl}/api/devices`, { redirect: 'manual' })
      expect(page.status).toBe(301)
      expect(page.headers.get('location')).toMatch(/^https:/)
      expect((await fetch(`${proxied.plainUrl}/health`, { redirect: 'manual' })).status).toBe(200)
    })

    it('does not open to strangers, even if the gateway trusts its own machine', async () => {
      await using trusting = await Proxied.start(shipped(name), { trustedProxies: [], trustLoopback: true })
      await using own = await RawClient.open(trusting.ports.gateway, pico({ port: trusting.ports.gateway }))
      await own.message('connection_ack')
      const { plain: port } = trusting.ports
      await using stranger = await RawClient.connect(port)
      await stranger.write(pico({ port }))
      expect((await stranger.answer()).status).toBe(401)
    })

    const idle = name === 'caddy' ? 'which cuts nothing by itself' : 'although the proxy cuts what is quiet for 3 s'
    it(`keeps an idle board, ${idle}`, { timeout: 120_000 }, async () => {
      await using quick = await Proxied.start(shipped(name, impatient[name]), { limits: { pingEveryMs: 2_000 } })
      const token = await quick.gateway.mint('pico')
      await using board = await RawClient.open(quick.ports.plain, pico({ port: quick.ports.plain, token }))
      for (let pings = 0; pings < 5; pings++) await board.message('ping')
      expect(board.over).toBe(false)
    })
  })
}
