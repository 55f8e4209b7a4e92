// Attacks a gateway for SECONDS, from one process, as fast as it can. Only for the bench's own gateway.
// Usage: attack.ts PORT KIND SECONDS. KIND is a name of `kinds` below, or `COUNT approved picos: WHAT` or
// `COUNT approved cameras: WHAT`, where WHAT is a name of `messages`. Prints one JSON line: bytes and requests sent.
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const [port, kind, seconds] = process.argv.slice(2) as [string, string, string]
const until = performance.now() + Number(seconds) * 1_000
const url = `http://127.0.0.1:${port}`
let bytes = 0
let requests = 0

/** One client frame whose mask is all zeros. */
function frame(opcode: number, payload: string | Buffer, fin = true): Buffer {
  const body = Buffer.from(payload as string)
  const first = (fin ? 0x80 : 0) | opcode
  const length = body.length
  if (length < 126) return Buffer.concat([Buffer.from([first, 0x80 | length]), Buffer.alloc(4), body])
  const head = Buffer.alloc(14)
  head[0] = first
  head[1] = 0x80 | (length < 65_536 ? 126 : 127)
  if (length < 65_536) head.writeUInt16BE(length, 2)
  else head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head.subarray(0, length < 65_536 ? 8 : 14), body])
}
const many = (count: number, of: Buffer) => Buffer.concat(Array.from({ length: count }, () => of))

async function mint(endpoint: 'pico' | 'esp32cam'): Promise<string> {
  const answer = (await (await fetch(`${url}/public/tokens`)).json()) as Record<string, string[]>
  return answer[`${endpoint}_tokens`]![0]!
}

interface Who {
  path: string
  token: string
  headers?: string
}

/** Connects, again after each close, and writes `what` over and over: every `everyMs`, or for 0 as fast as possible. */
async function flood({ path, token, headers = '' }: Who, what: Buffer, everyMs = 0): Promise<void> {
  while (performance.now() < until) {
    const socket: Socket = connect(Number(port), '127.0.0.1')
    let isOpen = true
    socket.on('error', () => {})
    const closed = new Promise<void>(resolve =>
      socket.on('close', () => {
        isOpen = false
        resolve()
      }),
    )
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n${headers}` +
        `Authorization: Bearer ${token}\r\n\r\n`,
    )
    await Promise.race([new Promise(resolve => socket.once('data', resolve)), closed])
    socket.resume()
    while (isOpen && performance.now() < until) {
      bytes += what.length
      const taken = socket.write(what)
      if (everyMs > 0) await sleep(everyMs)
      else if (!taken) await Promise.race([new Promise(resolve => socket.once('drain', resolve)), closed])
      else await sleep(0)
    }
    socket.destroy()
    await closed
  }
}

const boards = async (count: number, endpoint: 'pico' | 'esp32cam', what: Buffer, everyMs = 0) => {
  const floods = []
  for (let board = 0; board < count; board++)
    floods.push(flood({ path: `/ws/${endpoint}`, token: await mint(endpoint) }, what, everyMs))
  await Promise.all(floods)
}

async function ask(path: string, init: () => RequestInit, atOnce: number): Promise<void> {
  const one = async () => {
    while (performance.now() < until) {
      requests++
      await fetch(url + path, init()).then(
        answer => answer.arrayBuffer(),
        () => sleep(10),
      )
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}

const zones = Buffer.concat(
  Intl.supportedValuesOf('timeZone').map(zone => frame(1, JSON.stringify({ type: 'time', zone }))),
)
const log = frame(1, JSON.stringify({ type: 'log', level: 'info', message: 'x'.repeat(100) }))

const kinds: Record<string, () => Promise<void>> = {
  idle: () => sleep(Number(seconds) * 1_000),
  texts: () => boards(64, 'pico', many(50, frame(1, '[1,2,3]'))),
  'empty frames': () => boards(4, 'esp32cam', many(500, frame(1, ''))),
  fragments: () =>
    boards(4, 'esp32cam', Buffer.concat([frame(2, '', false), many(500, frame(0, 'x'.repeat(50), false))])),
  zones: () => boards(8, 'pico', zones),
  pictures: () => boards(64, 'esp32cam', many(2, frame(2, Buffer.alloc(48_000))), 100),
  'small writes': () => boards(64, 'esp32cam', frame(9, 'x'), 2),
  'large texts': () => boards(64, 'esp32cam', frame(1, '['.repeat(65_000)), 70),
  'connection tests': async () => {
    const headers = 'X-Darvaza-Probe: 1\r\n'
    const token = await mint('pico')
    await Promise.all(
      Array.from({ length: 4 }, () =>
        flood({ path: '/ws/pico', token, headers }, many(200, frame(1, '{"type":"ping"}'))),
      ),
    )
  },
  minting: () => ask('/public/tokens', () => ({}), 8),
  'sign-ins': () =>
    ask(
      '/api/auth/sign-in/email',
      () => ({
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url },
        body: JSON.stringify({
          email: `${randomBytes(4).toString('hex')}@example.org`,
          password: 'four words do well',
        }),
      }),
      8,
    ),
  'an approved board that logs': () =>
    flood({ path: '/ws/pico', token: 'tok-00001', headers: 'X-Device-ID: loud\r\n' }, many(100, log)),
}

const text = (message: object) => many(100, frame(1, JSON.stringify(message)))
const picture = Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(2 * 1024 * 1024 - 4), Buffer.from([0xff, 0xd9])])
/** Messages that approved boards send as fast as possible. */
const messages: Record<string, Buffer> = {
  readings: text({ type: 'sensor_data', sensor_type: 'light', data: { value: 12.5, sequence: 7 } }),
  'servo reports': text({ type: 'servo', command: { servo1: 90, servo2: 45 } }),
  introductions: text({ type: 'connect', device: 'pico', version: '1.0' }),
  acknowledgements: text({ type: 'ack', command_type: 'servo', status: 'success' }),
  pings: text({ type: 'ping' }),
  times: many(1, zones),
  'protocol pings': many(500, frame(9, 'x')),
  'empty texts': many(500, frame(1, '')),
  'tiny binaries': many(500, frame(2, 'x')),
  fragments: Buffer.concat([frame(2, '', false), many(500, frame(0, 'x', false)), frame(0, '')]),
  pictures: frame(2, picture),
}
const approved = /^(\d+) approved (pico|camera)s?: (.*)$/.exec(kind)
if (approved) {
  const [, count, board, what] = approved
  const endpoint = board === 'pico' ? { path: '/ws/pico', token: 'tok' } : { path: '/ws/esp32cam', token: 'cam' }
  const floods = Array.from({ length: Number(count) }, (_, i) =>
    flood(
      { path: endpoint.path, token: `${endpoint.token}-000${50 + i}`, headers: `X-Device-ID: loud-${board}-${i}\r\n` },
      messages[what!]!,
    ),
  )
  await Promise.all(floods)
} else await kinds[kind]!()
process.stdout.write(`${JSON.stringify({ bytes, requests })}\n`, () => process.exit(0))
