import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { type SpawnedGateway, spawnGateway } from '../support/gateway.ts'
import { browser, esp32cam, pico } from '../support/handshakes.ts'
import { entry, journal } from '../support/journal.ts'
import { clientFrame, RawClient } from '../support/raw.ts'
import { until } from '../support/until.ts'

/** The longest wait for an answer on a busy machine, in ms: no client may have to wait until a flood ends. */
const reactionMs = 5_000

let gateway: SpawnedGateway
/** An approved board that behaves normally. */
let good: Board
beforeAll(async () => {
  // The tests mint more tokens from one address than the default limit allows in a minute.
  gateway = await spawnGateway({ args: ['--limits', 'mintBurst=2000'] })
  good = await Board.active(gateway, { from: '127.0.60.1' })
})
afterAll(async () => {
  await good[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
})

/** The resident memory of the gateway's process, in bytes. */
const residentBytes = () =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${gateway.process.pid}/status`, 'utf8'))![1]) * 1024

async function metric(name: string): Promise<number> {
  const { body } = await gateway.api('GET', '/metrics')
  return Number(new RegExp(`^darvaza_${name} (\\S+)$`, 'm').exec(body as string)![1])
}

let sequence = 0
/** Expects the gateway to answer the good board, to keep its reading, and to stay alive and small. */
async function allIsWell(): Promise<void> {
  good.send({ type: 'ping' })
  await good.next('pong', reactionMs)
  good.send({ type: 'sensor_data', sensor_type: 'climate', data: { sequence: ++sequence } })
  const ack = await good.next('ack', reactionMs)
  expect(ack).toMatchObject({ command_type: 'sensor_data', sequence })
  expect(residentBytes()).toBeLessThan(400e6)
  expect(gateway.process.exitCode).toBeNull()
}

async function pending(kind: 'pico' | 'esp32cam', from: string, token?: string): Promise<RawClient> {
  const shake = { port: gateway.port, token: token ?? (await gateway.mint(kind)) }
  const board = await RawClient.open(gateway.port, kind === 'pico' ? pico(shake) : esp32cam(shake), { from })
  await board.message('connection_ack')
  return board
}

/** Sends pings until one is answered: unapproved boards are read in turns, while their share of the core lasts. */
const untilHeard = (board: RawClient) =>
  until('a stranger to be heard', async () => {
    await board.send({ type: 'ping' })
    return board.frames.some(frame => frame.payload.includes('"pong"'))
  })

const many = (count: number, frame: Buffer): Buffer => Buffer.concat(Array.from({ length: count }, () => frame))
const closeCode = async (client: RawClient) => (await client.control('close')).payload.readUInt16BE()

describe('a stranger’s flood', () => {
  it.each([
    ['empty texts', clientFrame({ payload: '' })],
    ['small objects', clientFrame({ payload: '{}' })],
    ['pings', clientFrame({ opcode: 'ping', payload: 'x' })],
    ['empty fragments', clientFrame({ opcode: 'continuation', fin: false })],
    ['empty binary messages', clientFrame({ opcode: 'binary' })],
  ])('of %s is dropped, counted and closed with 4008', async (what, frame) => {
    const from = `127.0.61.${what.length}`
    await using board = await pending('esp32cam', from)
    const [dropped, closed] = [await metric('strangers_dropped_total'), await metric('strangers_closed_total')]
    // This is the first frame of a message; the fragments below continue it.
    if (what === 'empty fragments') await board.sendFrame({ opcode: 'binary', fin: false })
    await board.write(many(3_000, frame))
    expect(await closeCode(board)).toBe(4008)
    await allIsWell()
    expect(await metric('strangers_closed_total')).toBe(closed + 1)
    expect((await metric('strangers_dropped_total')) - dropped).toBeGreaterThanOrEqual(400)
    expect((await metric('strangers_dropped_total')) - dropped).toBeLessThan(1_000)
  })

  it('of bytes is closed with 4008, its socket cut when it goes on, and admitted again at once without a new burst', async () => {
    const token = await gateway.mint('esp32cam')
    await using board = await pending('esp32cam', '127.0.61.100', token)
    const picture = clientFrame({ opcode: 'binary', payload: Buffer.alloc(100_000) })
    await board.write(many(11, picture))
    expect(await closeCode(board)).toBe(4008)
    void board.write(many(10, picture))
    await board.ended()
    await using again = await pending('esp32cam', '127.0.61.100', token)
    await again.write(many(11, picture))
    expect(await closeCode(again)).toBe(4008)
    await allIsWell()
  })

  it('of all zones of the world in turn has 50 answers at most', async () => {
    await using board = await pending('pico', '127.0.61.101')
    const zones = Intl.supportedValuesOf('timeZone').map(zone =>
      clientFrame({ payload: JSON.stringify({ type: 'time', zone }) }),
    )
    await untilHeard(board)
    for (let at = 0; at < 110; at += 10) await board.write(Buffer.concat(zones.slice(at, at + 10)))
    await allIsWell()
    const answers = board.frames.filter(frame => frame.payload.includes('"type":"time"'))
    expect(answers.length).toBeGreaterThanOrEqual(1)
    expect(answers.length).toBeLessThanOrEqual(55)
    expect(board.over).toBe(false)
  })

  it('of one text of 990 KB is skipped, and the conversation goes on', async () => {
    await using board = await pending('esp32cam', '127.0.61.102')
    await board.sendFrame({ payload: '['.repeat(990_000) })
    await untilHeard(board)
    const refusals = (await gateway.api('GET', '/api/refusals?limit=1000')).body.refusals
    expect(refusals.find((row: { address: string }) => row.address === '127.0.61.102')).toMatchObject({
      diagnosis: 'text_too_large',
    })
  })

  it('over a connection test, and over one that never says its token, ends as any other', async () => {
    const token = await gateway.mint('pico')
    const probe = pico({ port: gateway.port, token }).replace('\r\n', '\r\nX-Darvaza-Probe: 1\r\n')
    await using test = await RawClient.open(gateway.port, probe, { from: '127.0.61.103' })
    await test.message('connection_ack')
    await untilHeard(test)
    await test.write(many(3_000, clientFrame({ payload: '{"type":"ping"}' })))
    expect(await closeCode(test)).toBe(4008)
    expect(test.frames.filter(frame => frame.payload.includes('pong')).length).toBeLessThanOrEqual(50)
    await using silent = await RawClient.open(gateway.port, browser({ port: gateway.port }), { from: '127.0.61.104' })
    await silent.write(many(3_000, clientFrame({ opcode: 'ping' })))
    expect(await closeCode(silent)).toBe(4008)
    await allIsWell()
  })
})

describe('64 strangers at once', () => {
  it('that send as fast as they may are dropped unread, and nobody waits for them', async () => {
    const from = '127.0.62.1'
    const boards = await Promise.all(Array.from({ length: 64 }, () => pending('pico', from)))
    const used = await metric('strangers_seconds_total')
    const began = performance.now()
    for (let turn = 0; turn < 20; turn++) {
      for (const board of boards) void board.write(many(20, clientFrame({ payload: '[1,2,3]' })))
      await allIsWell()
    }
    const tookS = (performance.now() - began) / 1_000
    expect((await metric('strangers_seconds_total')) - used).toBeLessThan(tookS * 0.2 + 0.1)
    expect(await metric('strangers_dropped_total')).toBeGreaterThan(1_000)
    for (const board of boards) await board[Symbol.asyncDispose]()
  })

  it('leave little behind of large texts, while they are there and after', async () => {
    const from = '127.0.62.2'
    await allIsWell()
    for (const [bytes, times] of [
      [60_000, 12],
      [450_000, 2],
    ] as const) {
      const boards = await Promise.all(Array.from({ length: 64 }, () => pending('esp32cam', from)))
      for (let text = 0; text < times; text++)
        await Promise.all(
          boards.map(board => board.sendFrame({ payload: JSON.stringify({ type: 'note', text: 'x'.repeat(bytes) }) })),
        )
      await allIsWell()
      for (const board of boards) await board[Symbol.asyncDispose]()
    }
    await allIsWell()
  })
})

describe('an approved board that logs at full speed', () => {
  it('writes 500 rows and then 50 a second, the rest in one row a minute; readings are all kept, its own as well', async () => {
    await using loud = await Board.active(gateway, { from: '127.0.63.1', answersPings: false })
    const { id } = await loud.device()
    const began = performance.now()
    for (let count = 0; count < 10_000; count++) {
      loud.send({ type: 'log', level: 'info', message: `number ${count}` })
      if (count % 100 === 0) loud.send({ type: 'sensor_data', sensor_type: 'light', data: { sequence: count } })
      if (count % 2_500 === 0) await allIsWell()
    }
    await until(
      'all readings to be acknowledged',
      () => loud.messages.filter(({ type }) => type === 'ack').length === 100,
    )
    await allIsWell()
    const seconds = (performance.now() - began) / 1_000
    const rows: { data: { type: string; sequence?: number } }[] = []
    for (let before: number | undefined; ; ) {
      const page = await journal(gateway, `device=${id}&kind=message${before ? `&before=${before}` : ''}`)
      rows.push(...page)
      if (page.length < 1_000) break
      before = page.at(-1).id
    }
    expect(rows.filter(({ data }) => data.type === 'sensor_data')).toHaveLength(100)
    const logs = rows.filter(({ data }) => data.type === 'log').length
    expect(logs).toBeGreaterThanOrEqual(500)
    expect(logs).toBeLessThanOrEqual(500 + 50 * (seconds + 1))
    expect(await entry(gateway, ({ data }) => data?.diagnosis === 'too_many_messages', `device=${id}`)).toBeTruthy()
  })
})

describe('approved boards at full speed', () => {
  it('have so many readings under way each, all kept and acknowledged, so that no other board’s wait behind them', async () => {
    const each = 6_000
    const reading = (value: number) =>
      clientFrame({ payload: JSON.stringify({ type: 'sensor_data', data: { value } }) })
    const louds = await Promise.all(
      [1, 2].map(async number => {
        const from = `127.0.64.${number}`
        await using board = await Board.active(gateway, { from, answersPings: false })
        return RawClient.open(gateway.port, pico({ port: gateway.port, token: board.token! }), { from })
      }),
    )
    const acks = () =>
      louds.reduce((sum, { frames }) => sum + frames.filter(({ payload }) => payload.includes('sensor_data')).length, 0)
    const before = acks()
    const flood = Buffer.concat(Array.from({ length: each }, (_, value) => reading(value)))
    for (const loud of louds) void loud.write(flood)
    await until('the first acknowledgement', () => acks() > before)
    let ended = false
    for (let turn = 0; !ended; turn++) {
      const waiting = await metric('journal_rows_waiting')
      // 50 more rows are allowed for: rows about the loud boards' connections, and those of the good board.
      expect(waiting).toBeLessThanOrEqual(louds.length * 200 + 50)
      await allIsWell()
      ended = acks() - before === louds.length * each
      if (turn === 0) expect(ended).toBe(false)
    }
    for (const loud of louds) await loud[Symbol.asyncDispose]()
  })

  it('that are cameras have 200 messages a second beside their pictures, which all arrive', async () => {
    const from = '127.0.64.3'
    await using known = await Board.active(gateway, { kind: 'esp32cam', from })
    const id = await known.id()
    const camera = await RawClient.open(gateway.port, esp32cam({ token: known.token!, deviceId: known.deviceId! }), {
      from,
    })
    await camera.message('connection_ack')
    const text = clientFrame({ payload: '{"type":"ping"}' })
    const picture = clientFrame({
      opcode: 'binary',
      payload: Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(5_000), Buffer.from([0xff, 0xd9])]),
    })
    const began = performance.now()
    for (let turn = 0; turn < 10; turn++) await camera.write(Buffer.concat([many(1_000, text), picture]))
    await allIsWell()
    await entry(gateway, ({ data }) => data?.diagnosis === 'too_many_messages', `device=${id}`)
    await camera[Symbol.asyncDispose]()
    const row = await entry(gateway, ({ data }) => data?.overBudget > 0, `device=${id}`)
    const seconds = (performance.now() - began) / 1_000
    // The end of each flood may arrive in a small read, whose messages are not counted.
    expect(row.data.overBudget).toBeGreaterThanOrEqual(10_000 - 200 * (seconds + 1) - 10 * 200)
    expect(row.data.frames).toBe(10)
  })
})
