import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routeNames, routes } from '../../src/transports/access-table.ts'
import { ask, bearer } from '../http/ask.ts'
import { firstOwner, type PersonClient } from '../people/person-client.ts'
import { Board } from '../support/board.ts'
import { type SpawnedGateway, spawnGateway } from '../support/gateway.ts'
import { onlyIf } from '../support/only-if.ts'
import { RawClient } from '../support/raw.ts'

/* Oversized and malformed requests of every kind, sent to a gateway in a process of its own, which must survive. */

let gateway: SpawnedGateway
let owner: PersonClient
let board: Board
let id: string
beforeAll(async () => {
  gateway = await spawnGateway({
    args: ['--limits', 'refusalHoldMinMs=1,refusalHoldMaxMs=2,refusalsHeldPerAddress=2000'],
  })
  owner = await firstOwner(gateway)
  board = await Board.active(gateway)
  id = await board.id()
})
afterAll(async () => {
  await board[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
})

/** The most bytes that one request may add to the log (a limit of the project). */
const mostLogBytes = 4_096

const headers = [
  ...['Authorization', 'Cookie', 'Host', 'Origin', 'User-Agent', 'Accept-Language', 'Accept', 'Content-Type', 'Range'],
  ...[
    'X-Device-ID',
    'X-Device-Version',
    'X-Device-Type',
    'X-Darvaza-Probe',
    'X-Forwarded-For',
    'Forwarded',
    'X-Unknown',
  ],
  ...['Sec-WebSocket-Key', 'Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions', 'If-Modified-Since', 'Expect'],
]
const values: Record<string, string> = {
  nothing: '',
  'letters of 60 KB': 'a'.repeat(60_000),
  'commas of 60 KB': ','.repeat(60_000),
  'percent signs of 60 KB': '%'.repeat(60_000),
  'backslashes of 60 KB': '\\'.repeat(60_000),
  'white space of 60 KB': `x${' \t'.repeat(30_000)}x`,
  'tokens of 60 KB': ', bearer'.repeat(7_500),
  'bytes above ASCII': '\xff\xfe\x80'.repeat(1_000),
  'a number that is none': '-1e400',
}

/** Sends one request made of these lines. Resolves to its status; 0 if the connection was closed without an answer. */
async function status(first: string, lines: readonly string[], from: string): Promise<number> {
  await using client = await RawClient.connect(gateway.port, { from })
  await client.write(Buffer.from(`${[first, ...lines].join('\r\n')}\r\n\r\n`, 'latin1'))
  try {
    return (await client.answer()).status
  } catch {
    return 0
  }
}

const upgrade = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]
const others = (name: string, lines: readonly string[]): string[] => lines.filter(line => !line.startsWith(`${name}:`))

async function mustBeWell(): Promise<void> {
  expect(gateway.process.exitCode).toBeNull()
  expect((await gateway.api('GET', '/health')).status).toBe(200)
  await board.settled()
}

describe('a header', () => {
  it.each(Object.entries(values))(
    'of %s gets an answer and not a page of log, whichever it is',
    async (_what, value) => {
      const before = gateway.output().length
      const wrong: unknown[] = []
      for (const [at, name] of headers.entries()) {
        const from = `127.0.66.${at + 1}`
        const line = `${name}: ${value}`
        const got = [
          await status('GET /api/devices HTTP/1.1', [...others(name, ['Host: x']), 'Connection: close', line], from),
          await status('GET /ws/pico HTTP/1.1', [...others(name, ['Host: x', ...upgrade]), line], from),
          await status('GET /ws/dashboard HTTP/1.1', [...others(name, ['Host: x', ...upgrade]), line], from),
        ]
        if (got.some(one => one >= 500 || one === 0)) wrong.push([name, got])
      }
      expect(wrong).toEqual([])
      expect(gateway.output().length - before).toBeLessThan(mostLogBytes * headers.length * 3)
      await mustBeWell()
    },
  )
})

describe('a path', () => {
  it.each([
    ['slashes', '/'.repeat(60_000)],
    ['slashes behind an endpoint', `/ws/pico${'/'.repeat(60_000)}`],
    ['percent signs', `/${'%'.repeat(60_000)}`],
    ['half an escape', '/api/devices/%E0%A4%A'],
    ['dots', `/${'../'.repeat(20_000)}etc/passwd`],
    ['a name', `/api/devices/${'a'.repeat(60_000)}`],
    ['a query', `/api/journal?q=${'%'.repeat(60_000)}`],
    ['ten thousand parameters', `/api/journal?${'q=1&'.repeat(10_000)}`],
    ['plus signs', `/ws/pico?auth=${'+'.repeat(60_000)}`],
    ['another scheme', `http://${'a'.repeat(1_000)}/api/devices`],
    ['an address that is none', '//[::1/api/devices'],
  ])('of %s gets an answer', async (_what, path) => {
    for (const lines of [
      ['Host: x', 'Connection: close', `Authorization: Bearer ${gateway.ownerKey}`],
      ['Host: x', ...upgrade],
    ]) {
      const got = await status(`GET ${path} HTTP/1.1`, lines, '127.0.67.1')
      expect([got, got >= 200 && got < 500]).toEqual([got, true])
    }
    await mustBeWell()
  })
})

const bodies: Record<string, string> = {
  'too deep': '['.repeat(60_000),
  'deep and whole': `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  'too large': `"${'x'.repeat(70_000)}"`,
  'six thousand keys': `{${Array.from({ length: 6_000 }, (_, at) => `"k${at}":0`).join(',')}}`,
  'one long text in each place': JSON.stringify(
    Object.fromEntries(
      ['name', 'kind', 'tags', 'role', 'label', 'mode', 'reason', 'action', 'code', 'email', 'password', 'file'].map(
        key => [key, 'x'.repeat(4_000)],
      ),
    ),
  ),
  'numbers out of range':
    '{"servo1":1e400,"servo2":-1e400,"ttlMs":1e308,"seconds":1e99,"expiresInS":-1,"journalMaxMb":1e30}',
  'keys of prototypes': '{"__proto__":{"role":"owner"},"constructor":{"prototype":{"x":1}},"toString":1}',
  'no JSON': '\u0000\ufffd{',
  'an array': '[1,2,3]',
}

describe('a body', () => {
  /** Routes left out: they end the session of the request, or start boards without a body. */
  const left = /sign-out|revoke-|simulated/
  const changing = routeNames.filter(name => !name.startsWith('GET ') && !left.test(name))

  it.each(Object.entries(bodies))('of %s gets an answer at every route', async (what, body) => {
    const wrong: unknown[] = []
    for (const name of changing) {
      const [method = '', path = ''] = name.split(' ')
      if (method === 'DELETE') continue
      const isAccounts = path.startsWith('/api/auth')
      const answer = await ask(gateway, method, path.replace('{id}', 'device' in routes[name] ? id : 'p_nobody'), {
        headers: {
          ...(isAccounts ? { cookie: owner.cookie, origin: gateway.url } : bearer(gateway.ownerKey)),
          'content-type': 'application/json',
        },
        body,
      })
      const mayDo =
        what === 'too large' ? [400, 403, 413, 429] : [200, 201, 400, 401, 403, 404, 409, 413, 415, 422, 429]
      if (!mayDo.includes(answer.status)) wrong.push([name, answer.status])
      if (answer.status >= 400 && !isAccounts && !answer.json?.hint) wrong.push([name, answer.json])
    }
    expect(wrong).toEqual([])
    await mustBeWell()
  })
})

it(
  'leaves the process small',
  onlyIf(process.platform === 'linux', 'the memory of a process is read as Linux tells it'),
  async () => {
    const memory = await readFile(`/proc/${gateway.process.pid}/status`, 'utf8')
    const residentKb = Number(/^VmRSS:\s+(\d+) kB$/m.exec(memory)?.[1])
    expect(residentKb).toBeGreaterThan(10_000)
    expect(residentKb).toBeLessThan(400_000)
  },
)
