import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstOwner, type PersonClient } from '../people/person-client.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { clientFrame, closeCodeOf, opcodes, RawClient } from '../support/raw.ts'
import { type ConformanceCase, conformanceCases, type Outcome } from './websocket-cases.ts'

/* Runs every conformance case at every WebSocket endpoint. Endpoints of boards accept invalid UTF-8, see `Receiver`. */

let gateway: TestGateway
let owner: PersonClient
let camera: Board
const tokens: Record<string, string> = {}

beforeAll(async () => {
  // One unapproved client sends all cases of a connection test; the usual budget of frames would stop it.
  const unbounded = { pendingFramesPerSecond: 100_000, pendingTextsPerSecond: 100_000, pendingTextBurst: 100_000 }
  gateway = await startGateway({
    limits: { ...unbounded, pendingBytesPerSecond: 1_000_000_000 },
  })
  owner = await firstOwner(gateway)
  camera = await Board.active(gateway, { kind: 'esp32cam' })
  for (const kind of ['pico', 'esp32cam', 'generic'])
    tokens[kind] = (await gateway.api('POST', '/api/devices', { kind, name: `conformance-${kind}` })).body.token
  tokens.unused = await gateway.mint('pico')
})
afterAll(async () => {
  await camera[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
})

interface Endpoint {
  path: () => string | Promise<string>
  headers: () => Record<string, string>
  strictText: boolean
  mostBytes: number
}

const bearer = (token: string | undefined) => ({ Authorization: `Bearer ${token}` })

const endpoints: Record<string, Endpoint> = {
  '/ws/pico': {
    path: () => '/ws/pico',
    headers: () => bearer(tokens.pico),
    strictText: false,
    mostBytes: 64 * 1024,
  },
  '/ws/esp32cam': {
    path: () => '/ws/esp32cam',
    headers: () => bearer(tokens.esp32cam),
    strictText: false,
    mostBytes: 2 * 1024 * 1024,
  },
  '/ws': { path: () => '/ws', headers: () => bearer(tokens.generic), strictText: false, mostBytes: 2 * 1024 * 1024 },
  'a connection test': {
    path: () => '/ws/pico',
    headers: () => ({ ...bearer(tokens.unused), 'X-Darvaza-Probe': '1' }),
    strictText: false,
    mostBytes: 64 * 1024,
  },
  '/ws/view/{id}': {
    path: async () => `/ws/view/${await camera.id()}`,
    headers: () => bearer(gateway.ownerKey),
    strictText: true,
    mostBytes: 4 * 1024,
  },
  '/ws/dashboard': {
    path: () => '/ws/dashboard',
    headers: () => ({ Cookie: owner.cookie, Origin: gateway.url }),
    strictText: true,
    mostBytes: 128 * 1024,
  },
}

describe.each(Object.entries(endpoints))('WebSocket conformance of %s', (_name, endpoint) => {
  it('is that of RFC 6455 in every case', async () => {
    const handshake = [
      `GET ${await endpoint.path()} HTTP/1.1`,
      `Host: 127.0.0.1:${gateway.port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ...Object.entries(endpoint.headers()).map(([name, value]) => `${name}: ${value}`),
      '',
      '',
    ].join('\r\n')
    const wrong: string[] = []
    for (const one of conformanceCases) {
      const problem = await played(one, endpoint, handshake)
      if (problem) wrong.push(`${one.name}: ${problem}`)
      // A failed case waits for its whole time limit, so three failures are enough.
      if (wrong.length === 3) break
    }
    expect(wrong).toEqual([])
    expect((await gateway.api('GET', '/health')).status).toBe(200)
  })
})

it('covers 792 cases', () => {
  expect(conformanceCases.length * Object.keys(endpoints).length).toBeGreaterThanOrEqual(792)
  expect(new Set(conformanceCases.map(({ name }) => name)).size).toBe(conformanceCases.length)
})

/** Plays one case. Resolves to what was wrong with its outcome, or undefined. */
async function played(one: ConformanceCase, endpoint: Endpoint, handshake: string): Promise<string | undefined> {
  await using client = await RawClient.open(gateway.port, handshake)
  if (one.pieceBytes) await client.writeInPieces(one.bytes, one.pieceBytes)
  else await client.write(one.bytes)
  const expected = one.expected(endpoint)
  try {
    return 'alive' in expected ? await lives(client, expected) : await ends(client, expected)
  } catch (error) {
    return (error as Error).message
  }
}

async function lives(
  client: RawClient,
  { pongs = [] }: Extract<Outcome, { alive: true }>,
): Promise<string | undefined> {
  await client.write(clientFrame({ opcode: 'ping', payload: 'alive?' }))
  await client.next(
    ({ opcode, payload }) => opcode === opcodes.pong && payload.toString() === 'alive?',
    'the last pong',
    5_000,
  )
  const came = client.frames.filter(({ opcode }) => opcode === opcodes.pong).slice(0, -1)
  const same = came.length === pongs.length && came.every(({ payload }, at) => payload.equals(pongs[at]!))
  return same ? undefined : `pongs ${came.map(({ payload }) => payload.toString())}`
}

async function ends(client: RawClient, expected: Exclude<Outcome, { alive: true }>): Promise<string | undefined> {
  const close = await client.control('close', 5_000)
  await client.ended(5_000)
  const code = closeCodeOf(close)
  if (client.frames.at(-1) !== close) return 'something was said behind the Close'
  if (client.frames.some(({ opcode, payload }) => opcode === opcodes.pong && payload.toString() === 'late'))
    return 'a ping behind the Close was answered'
  // A Close without a code may be answered without a code or with 1000.
  if ('answersClose' in expected && expected.answersClose === 1005)
    return code === 1005 || code === 1000 ? undefined : `answered Close with ${code}`
  const wanted = 'closes' in expected ? expected.closes : expected.answersClose
  return code === wanted ? undefined : `closed with ${code} instead of ${wanted}`
}
