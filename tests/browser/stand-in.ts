/* A small gateway of cardboard: the dashboard's contract with synthetic boards, to look at pages while building them. */
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'
import { Scene } from '../../src/simulator/picture/scene.ts'
import { TestPicture } from '../../src/simulator/picture/test-picture.ts'
import { devices, entries, type StandInDevice, telemetry } from './stand-in-data.ts'

const page = join(import.meta.dirname, '../../dist/dashboard')
const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
}

export interface StandIn extends AsyncDisposable {
  url: string
  /** Bytes of a file of the page, as brotli sends it. */
  compressedSize(path: string): number
  devices: StandInDevice[]
  /** How many cameras all pages together look at. */
  watched(): number
  /** Every socket ends without a word, as when the gateway is killed. */
  cutLines(): void
  /** Who else holds the lease of every device; undefined: nobody. */
  otherHolder: string | undefined
}

export async function startStandIn(): Promise<StandIn> {
  const state = {
    devices: devices(Date.now()),
    journal: entries(Date.now()),
    enrolment: {
      mode: 'approve',
      pairingUntil: null as string | null,
      boards: null as number | null,
      approved: null,
      waiting: 2,
    },
    sockets: new Set<WebSocket>(),
    watching: new Map<WebSocket, number>(),
    otherHolder: undefined as string | undefined,
  }
  const person = {
    id: 'p_1',
    name: 'Parisa',
    email: 'parisa@example.org',
    role: 'owner',
    grants: null,
    twoFactor: false,
  }
  const picture = new TestPicture(new Scene(640, 480, 60, 50), 'stand-in')
  const json = (response: ServerResponse, body: unknown, status = 200) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, 'http://x')
    const signedIn = /session=1/.test(request.headers.cookie ?? '')
    const path = url.pathname
    if (path === '/api/me') {
      const features = { passkeys: true, oidc: [{ id: 'home', name: 'Home Cloud' }] }
      return json(response, { person: signedIn ? person : null, needsOwner: false, features })
    }
    if (path === '/api/auth/sign-in/email' || path === '/api/setup' || path === '/api/invite') {
      response.setHeader('set-cookie', 'session=1; Path=/; HttpOnly; SameSite=Lax')
      return json(response, { user: person, token: 'x' })
    }
    if (path === '/api/auth/sign-out') {
      response.setHeader('set-cookie', 'session=; Path=/; Max-Age=0')
      return json(response, { success: true })
    }
    if (path === '/api/auth/list-sessions') {
      const now = new Date().toISOString()
      const agent = String(request.headers['user-agent'])
      const other = 'Mozilla/5.0 (Android 16) Firefox/150.0'
      return json(response, [
        { id: 's1', token: 'a', createdAt: now, updatedAt: now, ipAddress: '127.0.0.1', userAgent: agent },
        { id: 's2', token: 'b', createdAt: now, updatedAt: now, ipAddress: '198.51.100.7', userAgent: other },
      ])
    }
    if (path === '/api/auth/get-session') return json(response, { session: { id: 's1' }, user: person })
    if (path.startsWith('/api/auth/')) return json(response, [])
    if (path === '/api/people')
      return json(response, {
        people: [
          person,
          {
            ...person,
            id: 'p_2',
            name: 'آرش',
            email: 'arash@example.org',
            role: 'viewer',
            grants: ['#roof'],
            invited: true,
          },
        ],
      })
    if (path === '/api/keys') {
      const key = {
        id: 'k_1',
        role: 'viewer',
        label: 'Home Assistant',
        grants: ['#roof'],
        createdAt: new Date().toISOString(),
        expiresAt: new Date(Date.now() + 9e9).toISOString(),
      }
      return json(
        response,
        request.method === 'POST' ? { key, secret: 'dk_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG' } : { keys: [key] },
      )
    }
    if (path === '/api/settings') return json(response, { journalMaxAgeDays: 90, journalMaxMb: 2048 })
    if (path === '/api/about') {
      const licences = ['react', 'hono', 'uplot', 'ws', 'zod'].map(name => ({ name, version: '1.0.0', licence: 'MIT' }))
      return json(response, { version: '0.1.0', node: 'Node 26.10.0', uptimeS: 93_784, licences })
    }
    if (path === '/api/enrolment') return json(response, state.enrolment)
    if (path === '/api/simulated') return json(response, { running: false })
    if (path === '/public/tokens') {
      return json(response, {
        pico_tokens: [`dv_p_${randomUUID()}-${randomUUID()}`],
        esp32cam_tokens: [`dv_e_${randomUUID()}-${randomUUID()}`],
      })
    }
    if (path === '/api/journal') {
      const wanted = state.journal.filter(
        entry =>
          entry.kind.startsWith(url.searchParams.get('kind') ?? '') &&
          (!url.searchParams.get('device') || entry.deviceId === url.searchParams.get('device')) &&
          entry.text.toLowerCase().includes((url.searchParams.get('q') ?? '').toLowerCase()),
      )
      return json(response, { entries: wanted, nextCursor: null })
    }
    const found = /^\/api\/devices\/([^/]+)(.*)$/.exec(path)
    const device = state.devices.find(one => one.id === found?.[1])
    if (found && device) {
      if (found[2] === '/telemetry')
        return json(response, telemetry(device, url.searchParams.get('range') ?? '15m', Date.now()))
      if (/(snapshot|preview)\.jpg/.test(found[2]!))
        return void response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture.jpeg(Date.now(), 1))
      if (found[2] === '/approve') Object.assign(device, { state: 'active', approvedAt: new Date().toISOString() })
      if (found[2] === '/block') device.state = 'blocked'
      if (found[2] === '/restore') device.state = 'active'
      if (request.method !== 'GET') tell({ type: 'devices', devices: [device] })
      return json(response, { device })
    }
    if (path.startsWith('/api/')) {
      return json(
        response,
        { status: 'error', code: 'not_found', message: 'There is nothing here.', hint: 'Look again.' },
        404,
      )
    }
    const file = join(page, path)
    if (extname(path) && existsSync(file)) {
      return void response
        .writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' })
        .end(readFileSync(file))
    }
    const nonce = randomUUID()
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self' ws:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    })
    response.end(readFileSync(join(page, 'index.html'), 'utf8').replaceAll('__CSP_NONCE__', nonce))
  }

  const tell = (message: unknown) => {
    for (const socket of state.sockets) socket.send(JSON.stringify(message))
  }
  const server = createServer(serve)
  const doors = new WebSocketServer({ server, path: '/ws/dashboard' })
  doors.on('connection', socket => {
    state.sockets.add(socket)
    let watched: { device: string; rate: string; camera: number; inFlight: number; sentAt: number }[] = []
    let sequence = 0
    const say = (message: unknown) => socket.send(JSON.stringify(message))
    say({ type: 'hello', now: Date.now(), version: '0.1.0', person })
    say({ type: 'devices', all: true, devices: state.devices })
    say({ type: 'enrolment', ...state.enrolment })
    const timer = setInterval(() => {
      for (const one of watched) {
        const device = state.devices.find(candidate => candidate.id === one.device)
        if (!device?.online || device.frozen || one.inFlight >= 2) continue
        if (one.rate === 'thumbnail' && Date.now() - one.sentAt < 1_000) continue
        const jpeg = picture.jpeg(Date.now(), ++sequence)
        const head = Buffer.alloc(24)
        head.writeUInt8(1, 0)
        head.writeUInt16BE(one.camera, 2)
        head.writeUInt32BE(sequence, 4)
        head.writeDoubleBE(Date.now() - 35, 8)
        head.writeDoubleBE(1.8, 16)
        one.inFlight++
        one.sentAt = Date.now()
        socket.send(Buffer.concat([head, jpeg]))
      }
    }, 100)
    socket.on('close', () => {
      clearInterval(timer)
      state.sockets.delete(socket)
      state.watching.delete(socket)
    })
    socket.on('message', data => {
      const message = JSON.parse(data.toString())
      if (message.type === 'ping') say({ type: 'pong', id: message.id, now: Date.now() })
      if (message.type === 'watch') {
        watched = message.cameras.map((camera: { device: string; rate: string }, index: number) => ({
          ...camera,
          camera: index,
          inFlight: 0,
          sentAt: 0,
        }))
        state.watching.set(socket, watched.length)
        say({ type: 'cameras', index: Object.fromEntries(watched.map(one => [one.device, one.camera])) })
      }
      if (message.type === 'drawn') {
        const one = watched.find(candidate => candidate.camera === message.camera)
        if (one) one.inFlight = Math.max(0, one.inFlight - 1)
      }
      if (message.type === 'lease') {
        const you = message.act === 'take' || message.act === 'renew' || message.act === 'seize'
        say({ type: 'lease', device: message.device, holder: you ? { id: 'p_1', name: person.name, you: true } : null })
      }
      if (message.type === 'steer') {
        const device = state.devices.find(candidate => candidate.id === message.device)
        setTimeout(() => {
          if (device && message.servo1 !== undefined) device.angles = { servo1: message.servo1, servo2: message.servo2 }
          say({ type: 'outcome', id: message.id, ok: true, latencyMs: 84.2, ack: { type: 'ack' } })
          tell({ type: 'devices', devices: [device] })
        }, 80)
      }
    })
  })
  await new Promise<void>(resolve => server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', resolve))
  return {
    get otherHolder() {
      return state.otherHolder
    },
    set otherHolder(name) {
      state.otherHolder = name
      tell({ type: 'lease', device: 'd_pan', holder: name ? { id: 'p_9', name, you: false } : null })
    },
    watched: () => [...state.watching.values()].reduce((sum, count) => sum + count, 0),
    cutLines() {
      for (const socket of state.sockets) socket.terminate()
    },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    devices: state.devices,
    compressedSize: path => statSync(join(page, `${path}.br`)).size,
    async [Symbol.asyncDispose]() {
      for (const socket of state.sockets) socket.terminate()
      doors.close()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

if (import.meta.main) console.log((await startStandIn()).url)
