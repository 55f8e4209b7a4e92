import { describe, expect, it } from 'vitest'
import { Board, refusal } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { pico } from '../support/handshakes.ts'
import { heldBytes } from '../support/heap.ts'
import { journal } from '../support/journal.ts'
import { jpeg } from '../support/jpeg.ts'
import { opcodes, RawClient } from '../support/raw.ts'
import { until } from '../support/until.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into devices of every shape
const devices = async (gateway: TestGateway): Promise<any[]> =>
  (await gateway.api('GET', '/api/devices?limit=1000')).body.devices
const idsOf = async (gateway: TestGateway) => new Set((await devices(gateway)).map(({ saysItIs }) => saysItIs))

describe('pending boards', () => {
  /** Connects a board and waits 3 ms, because the gateway orders boards by their age in milliseconds. */
  async function arrive(gateway: TestGateway, deviceId: string, from: string): Promise<Board> {
    const board = await Board.connect(gateway, { deviceId, from })
    await board.next('connection_ack')
    await new Promise(resolve => setTimeout(resolve, 3))
    return board
  }

  it('are so many for one address: the offline ones go first, then the oldest, with their sockets', async () => {
    await using gateway = await startGateway({ limits: { pendingPerAddress: 3 } })
    const from = '127.0.40.1'
    const [first, second, third] = [
      await arrive(gateway, 'first', from),
      await arrive(gateway, 'second', from),
      await arrive(gateway, 'third', from),
    ]
    await second.ws.close()
    await second.closed
    await until('second to be offline', async () => !(await second.device()).online)
    await using _fourth = await arrive(gateway, 'fourth', from)
    expect(await idsOf(gateway)).toEqual(new Set(['first', 'third', 'fourth']))
    await using _fifth = await arrive(gateway, 'fifth', from)
    await first.closed
    expect(await idsOf(gateway)).toEqual(new Set(['third', 'fourth', 'fifth']))
    await using _elsewhere = await arrive(gateway, 'elsewhere', '127.0.40.2')
    expect((await devices(gateway)).length).toBe(4)
    await third[Symbol.asyncDispose]()
  })

  it('are so many in all: the oldest of the most crowded address goes', async () => {
    await using gateway = await startGateway({ limits: { pendingInAll: 4 } })
    const [crowd, alone] = ['127.0.40.3', '127.0.40.4']
    await using _alone = await arrive(gateway, 'alone', alone)
    await using oldest = await arrive(gateway, 'crowd-1', crowd)
    await using _two = await arrive(gateway, 'crowd-2', crowd)
    await using _three = await arrive(gateway, 'crowd-3', crowd)
    await using _new = await arrive(gateway, 'new', '127.0.40.5')
    await oldest.closed
    expect(await idsOf(gateway)).toEqual(new Set(['alone', 'crowd-2', 'crowd-3', 'new']))
  })

  it('never push out those the owner let in or made', async () => {
    await using gateway = await startGateway({ limits: { pendingPerAddress: 1, pendingInAll: 1 } })
    await using approved = await Board.active(gateway, { deviceId: 'approved' })
    const { token } = (await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'made' })).body
    await using made = await Board.connect(gateway, { token, deviceId: 'made' })
    for (const name of ['a', 'b', 'c']) {
      await using board = await arrive(gateway, name, '127.0.0.1')
      await board.settled()
    }
    await approved.settled()
    await made.settled()
    expect((await devices(gateway)).filter(({ state }) => state === 'active').length).toBe(2)
  })

  it('may return with the same claim when they had to go', async () => {
    await using gateway = await startGateway({ limits: { pendingPerAddress: 1 } })
    await using first = await arrive(gateway, 'first', '127.0.40.6')
    await using _second = await arrive(gateway, 'second', '127.0.40.6')
    await first.closed
    await using again = await Board.connect(gateway, { token: first.token!, deviceId: 'first', from: '127.0.40.7' })
    await again.next('connection_ack')
    expect((await again.device()).state).toBe('pending')
  })

  it('are sent away with 4008 above 1 MB in a second, and approved ones are not', async () => {
    await using gateway = await startGateway()
    await using pending = await Board.connect(gateway, { kind: 'esp32cam' })
    await using active = await Board.active(gateway, { kind: 'esp32cam' })
    const picture = jpeg(250_000)
    for (let count = 0; count < 6; count++) {
      void pending.sendFrame(picture).catch(() => {})
      await active.sendFrame(picture)
    }
    expect((await pending.closed).code).toBe(4008)
    await active.settled()
    expect(active.ws.readyState).toBe(active.ws.OPEN)
    expect((await pending.device()).state).toBe('pending')
  })

  it('fill the journal only so far, however often they come back', async () => {
    await using gateway = await startGateway({ limits: { pendingMessagesKept: 5 } })
    const token = await gateway.mint('pico')
    for (let turn = 0; turn < 3; turn++) {
      await using board = await Board.connect(gateway, { token, deviceId: 'chatty' })
      for (let count = 0; count < 5; count++) board.send({ type: 'note', turn, count })
      await board.settled()
    }
    expect((await journal(gateway, 'kind=message')).length).toBe(5)
  })

  it('are forgotten when they were offline long enough, and may return', async () => {
    await using first = await startGateway()
    let token = ''
    {
      await using board = await Board.connect(first)
      await board.settled()
      token = board.token!
    }
    await first.stop()
    await new Promise(resolve => setTimeout(resolve, 10))
    // The hourly clean-up also runs at each start.
    await using again = await startGateway({ dataDir: first.dataDir, limits: { pendingForgottenAfterMs: 5 } })
    await until('the board to be forgotten', async () => (await devices(again)).length === 0)
    await using board = await Board.connect(again, { token })
    await board.next('connection_ack')
    expect((await board.device()).state).toBe('pending')
  })
})

describe('refusals', () => {
  const knock = async (gateway: TestGateway, from: string, token = 'forged') => {
    const client = await RawClient.connect(gateway.port, { from })
    const started = performance.now()
    await client.write(pico({ port: gateway.port, token }))
    return { client, ms: async () => (await client.answer()).at - started }
  }

  it('are immediate once, then held, by address and by what was presented', async () => {
    await using gateway = await startGateway({ limits: { refusalHoldMinMs: 3_000, refusalHoldMaxMs: 3_100 } })
    const from = '127.0.41.1'
    const first = await knock(gateway, from)
    expect(await first.ms()).toBeLessThan(2_900)
    const again = await knock(gateway, from)
    expect(await again.ms()).toBeGreaterThanOrEqual(2_990)
    for (const other of [await knock(gateway, from, 'another'), await knock(gateway, '127.0.41.2')])
      expect(await other.ms()).toBeLessThan(2_900)
  })

  it('are held for so many in all, and beyond that closed unread, and only counted', async () => {
    const limits = {
      refusalHoldMinMs: 20_000,
      refusalHoldMaxMs: 20_000,
      refusalsHeldPerAddress: 2,
      refusalsHeldInAll: 3,
    }
    await using gateway = await startGateway({ limits })
    const clients: RawClient[] = []
    const dial = async (from: string) => {
      const { client } = await knock(gateway, from)
      clients.push(client)
      return client
    }
    for (const from of ['127.0.41.3', '127.0.41.4']) await (await dial(from)).answer()
    await dial('127.0.41.3')
    await dial('127.0.41.3')
    const beyondHere = await dial('127.0.41.3')
    await beyondHere.ended(15_000)
    await dial('127.0.41.4')
    const beyondAll = await dial('127.0.41.4')
    await beyondAll.ended(15_000)
    expect([beyondHere.segments.length, beyondAll.segments.length]).toEqual([0, 0])
    const metrics = (await gateway.api('GET', '/metrics')).body as string
    expect(metrics).toMatch(/unread\S* 2\b/)
    // A board with a valid token is not affected.
    await using board = await Board.connect(gateway, { from: '127.0.41.3' })
    await board.next('connection_ack')
    for (const client of clients) await client[Symbol.asyncDispose]()
  })

  it('hold nothing of the headers meanwhile, of which a board may send a megabyte', async () => {
    const held = 20
    const limits = { refusalHoldMinMs: 60_000, refusalHoldMaxMs: 60_000, refusalsHeldPerAddress: held }
    await using gateway = await startGateway({ limits })
    const lines = Array.from({ length: 3_000 }, (_, line) => `X-${line}: ${'x'.repeat(280)}\r\n`).join('')
    const grown = pico({ port: gateway.port, token: 'forged' }).replace('\r\n', `\r\n${lines}`)
    const clients: RawClient[] = []
    const dial = async () => {
      const client = await RawClient.connect(gateway.port, { from: '127.0.41.6' })
      clients.push(client)
      await client.write(grown)
      return client
    }
    await (await dial()).answer()
    const before = heldBytes()
    for (let knock = 0; knock < held; knock++) await dial()
    await until('all of them to be held', async () =>
      ((await gateway.api('GET', '/metrics')).body as string).includes(`refusals_held ${held}\n`),
    )
    expect(heldBytes() - before).toBeLessThan(8_000_000)
    for (const client of clients) await client[Symbol.asyncDispose]()
  })

  it('of a token in the first message end the socket with 4001, under the same caps', async () => {
    await using gateway = await startGateway({ limits: { refusalsHeldPerAddress: 2, authMessageTimeoutMs: 60_000 } })
    const from = '127.0.41.5'
    const ask = () => Board.connect(gateway, { path: '/ws/pico?auth=message', token: null, from })
    await using one = await ask()
    await using two = await ask()
    expect(await refusal(gateway, { path: '/ws/pico?auth=message', token: null, from })).toMatchObject({ status: 401 })
    await using _elsewhere = await Board.connect(gateway, { path: '/ws/pico?auth=message', token: null })
    one.send({ type: 'auth', token: 'forged' })
    expect((await one.closed).code).toBe(4001)
    await using _next = await ask()
    two.send({ type: 'auth', token: await gateway.mint('pico') })
    await two.next('connection_ack')
  })
})

describe('unfinished handshakes', () => {
  it('end after their time', async () => {
    await using gateway = await startGateway({ limits: { handshakeTimeoutMs: 500 } })
    await using client = await RawClient.connect(gateway.port)
    await client.write('GET /ws/pico HTTP/1.1\r\nHost: x\r\nX-Slow: ')
    await client.ended(10_000)
  })

  it('hold so much in all: the largest go first', async () => {
    await using gateway = await startGateway({ limits: { handshakeBytesInAll: 300_000 } })
    const half = async (bytes: number) => {
      const client = await RawClient.connect(gateway.port)
      await client.write(`GET /ws/pico HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(bytes)}`)
      return client
    }
    await using small = await half(1_000)
    await using large = await half(100_000)
    // However small the reads are: when the sum exceeds the limit, this request already holds the most bytes.
    await using larger = await half(280_000)
    await larger.ended()
    await small.write(
      `\r\n${pico({ port: gateway.port, token: await gateway.mint('pico') })
        .split('\r\n')
        .slice(2)
        .join('\r\n')}`,
    )
    await small.upgraded()
    await small.message('connection_ack')
    expect(large.over).toBeFalsy()
  })

  it('take headers of 1 MiB and not more', async () => {
    await using gateway = await startGateway()
    const token = await gateway.mint('pico')
    const long = (bytes: number) =>
      pico({ port: gateway.port, token }).replace('\r\n\r\n', `\r\nX-Long: ${'x'.repeat(bytes)}\r\n\r\n`)
    await using inside = await RawClient.open(gateway.port, long(1024 * 1024 - 1_000))
    await inside.message('connection_ack')
    await using outside = await RawClient.connect(gateway.port)
    await outside.write(long(1024 * 1024 + 100_000))
    const answer = await outside.answer()
    expect([answer.status, answer.json().code]).toEqual([431, 'headers_too_large'])
  })
})

describe('connection tests', () => {
  const probe = { headers: { 'x-darvaza-probe': '1' } }

  it('are four at a time for one address', async () => {
    await using gateway = await startGateway()
    const from = '127.0.42.1'
    const running = await Promise.all([1, 2, 3, 4].map(() => Board.connect(gateway, { ...probe, from })))
    expect(await refusal(gateway, { ...probe, from })).toMatchObject({ status: 429, body: { code: 'probes_full' } })
    await using _elsewhere = await Board.connect(gateway, { ...probe, from: '127.0.42.2' })
    await running[0]![Symbol.asyncDispose]()
    await until('a place to be free', async () => {
      try {
        await using again = await Board.connect(gateway, { ...probe, from })
        return again.ws.readyState === again.ws.OPEN
      } catch {
        return false
      }
    })
    for (const board of running) await board[Symbol.asyncDispose]()
  })

  it('end by themselves, and leave nothing', async () => {
    await using gateway = await startGateway({ limits: { probeMs: 300 } })
    await using board = await Board.connect(gateway, probe)
    await board.next('connection_ack')
    expect((await board.closed).code).toBe(1000)
    expect(await devices(gateway)).toEqual([])
  })

  it('are refused what a board would be', async () => {
    await using gateway = await startGateway()
    expect(await refusal(gateway, { ...probe, token: 'forged' })).toMatchObject({ status: 401 })
    expect(await refusal(gateway, { ...probe, token: null })).toMatchObject({ status: 401 })
    const token = await gateway.mint('pico')
    await gateway.api('PUT', '/api/enrolment', { mode: 'closed' })
    expect(await refusal(gateway, { ...probe, token })).toMatchObject({
      status: 403,
      body: { code: 'enrolment_closed' },
    })
  })
})

describe('a viewer', () => {
  it('that takes nothing is sent away with 4011, and its neighbour sees every picture', async () => {
    await using gateway = await startGateway({ limits: { viewerStalledMs: 1_500 } })
    await using camera = await Board.active(gateway, { kind: 'esp32cam', deviceId: 'cam' })
    const view = (key: string) =>
      [
        'GET /ws/view/cam HTTP/1.1',
        'Host: x',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==',
        `Authorization: Bearer ${key}`,
        '',
        '',
      ].join('\r\n')
    await using stalled = await RawClient.open(gateway.port, view(gateway.ownerKey))
    stalled.socket.pause()
    await using neighbour = await RawClient.open(gateway.port, view(gateway.ownerKey))
    let shown = 0
    const room = async () => (await camera.device()).viewers as number
    await until(
      'the stalled viewer to be dropped',
      async () => {
        const picture = jpeg(1_500_000, shown++)
        await camera.sendFrame(picture)
        await neighbour.next(frame => frame.payload.equals(picture), `picture ${shown}`)
        return (await room()) === 1
      },
      40_000,
    )
    expect(neighbour.frames.filter(frame => frame.opcode === opcodes.close)).toEqual([])
  })
})
