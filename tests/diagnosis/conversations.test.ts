import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { knowledge } from '../../src/core/diagnosis/knowledge/knowledge.ts'
import { makeCertificates } from '../cli/support/certificates.ts'
import { overControlSocket, startGateway, type TestGateway } from '../support/gateway.ts'
import { esp32cam, pico } from '../support/handshakes.ts'
import { jpeg } from '../support/jpeg.ts'
import { clientFrame, RawClient } from '../support/raw.ts'
import { until } from '../support/until.ts'
import { handshakeCases } from './handshakes.ts'
import { handshake } from './requests.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

/** Waits for the diagnosis that the owner reads about an address. */
const diagnosed = (from: string, house = gateway) =>
  until('the diagnosis', async () => {
    const { body } = await house.api('GET', '/api/refusals?limit=1000')
    return body.refusals.find((refusal: { address: string }) => refusal.address === from)
  })

/** Waits for the journal row about the end of an address's connection. */
const ended = (from: string, house = gateway) =>
  until('the end', async () => {
    const { body } = await house.api('GET', '/api/journal?kind=connection.closed&limit=1000')
    return body.entries.find((entry: { address: string }) => entry.address === from)
  })

/** Rows of the knowledge table about problems after the 101. Each test below adds its row. */
const here = new Set<string>()
const about = (symptom: string, row = 'any') => {
  here.add(`${symptom} ${row}`)
  return `${symptom}, ${row}`
}

const plain = (port: number, token: string) => handshake(port, 'python', { authorization: `Bearer ${token}` })
const uwebsockets = (port: number, token: string) =>
  handshake(port, 'uwebsockets', { add: [`Authorization: Bearer ${token}`] })
const said = (text: string) => clientFrame({ payload: text })
const binary = (payload: Uint8Array) => clientFrame({ opcode: 'binary', payload })
/** The rest of a picture whose first bytes were lost. No valid frame begins like this. */
const desync = Buffer.concat([Buffer.from([0x7f, 0xa0]), jpeg(64)])

interface Broken {
  symptom: string
  row?: string
  door?: 'pico' | 'esp32cam'
  shake: (port: number, token: string) => string
  bytes: Buffer
  /** The expected close code; absent if the connection stays open. */
  code?: number
  tells: string
}

const camera = (_port: number, token: string) => esp32cam({ token })
const broken: Broken[] = [
  { symptom: 'frame_desync', shake: plain, bytes: desync, code: 1002, tells: 'one whole message at a time' },
  {
    symptom: 'frame_desync',
    row: 'arduino',
    door: 'esp32cam',
    shake: camera,
    bytes: desync,
    code: 1002,
    tells: 'sendBinary',
  },
  {
    symptom: 'frame_desync',
    row: 'uwebsockets',
    shake: uwebsockets,
    bytes: desync,
    code: 1002,
    tells: 'setblocking(True)',
  },
  {
    symptom: 'fragment_broken',
    shake: plain,
    bytes: clientFrame({ opcode: 'continuation', payload: 'the end of nothing' }),
    code: 1002,
    tells: 'one message, one frame',
  },
  {
    symptom: 'message_too_large',
    shake: plain,
    bytes: clientFrame({ payload: 'x', saysLength: 70_000 }),
    code: 1009,
    tells: '--max-frame',
  },
  {
    symptom: 'message_too_large',
    row: 'arduino',
    door: 'esp32cam',
    shake: camera,
    bytes: clientFrame({ opcode: 'binary', payload: 'x', saysLength: 3_000_000 }),
    code: 1009,
    tells: 'FRAMESIZE_SVGA',
  },
  { symptom: 'invalid_json', shake: plain, bytes: said('{"type":"log",message:hello}'), tells: 'json.dumps' },
  {
    symptom: 'invalid_json',
    row: 'arduino',
    door: 'esp32cam',
    shake: camera,
    bytes: said('{"type":"log","message":"it said "no""}'),
    tells: 'serializeJson(doc, out);',
  },
  {
    symptom: 'text_too_large',
    door: 'esp32cam',
    shake: camera,
    bytes: said(JSON.stringify({ type: 'log', message: 'x'.repeat(70_000) })),
    tells: 'sendBinary',
  },
  {
    symptom: 'not_jpeg',
    door: 'esp32cam',
    shake: camera,
    bytes: binary(jpeg(500).subarray(0, 400)),
    tells: 'PIXFORMAT_JPEG',
  },
]

describe('a conversation that breaks is recognised by its bytes', () => {
  it.each(broken.map((one, index) => ({ ...one, from: `127.0.91.${index + 1}`, title: about(one.symptom, one.row) })))(
    '$title',
    async ({ symptom, row = 'any', door = 'pico', shake, bytes, code, tells, from }) => {
      const token = await gateway.mint(door)
      await using board = await RawClient.open(gateway.port, shake(gateway.port, token), { from })
      await board.message('connection_ack')
      await board.write(bytes)
      const found = await diagnosed(from)
      expect(found).toMatchObject({ diagnosis: symptom, count: 1, deviceId: expect.stringMatching(/^d_/) })
      expect(`${found.remedy}\n${found.snippet}`).toContain(tells)
      expect(knowledge.some(one => one.symptom === symptom && one.library === row)).toBe(true)
      if (code === undefined) {
        // The problem is reported once, however often it happens, and later messages are still read.
        await board.write(Buffer.concat([bytes, said('{"type":"ping"}')]))
        await board.message('pong')
        expect((await diagnosed(from)).count).toBe(1)
      } else {
        await board.control('close')
        board.reset()
        expect(await ended(from)).toMatchObject({ data: { code }, diagnosis: { diagnosis: symptom } })
      }
    },
  )

  it('a second empty line behind the token is a line break in it', async () => {
    const from = '127.0.91.30'
    const token = await gateway.mint('pico')
    const shake = pico({ port: gateway.port, token })
    await using board = await RawClient.open(gateway.port, shake, { from })
    await board.write(Buffer.concat([Buffer.from('\r\n'), said('{"type":"connect"}')]))
    expect(await diagnosed(from)).toMatchObject({ diagnosis: 'token_newline', library: 'MicroPython' })
  })

  it('says what a binary message is instead of a JPEG', async () => {
    const from = '127.0.91.31'
    await using board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }), {
      from,
    })
    await board.write(binary(Buffer.from('89504e470d0a1a0a0000', 'hex')))
    expect((await diagnosed(from)).sentence).toContain('no whole JPEG: PNG')
  })

  it('is never believed to whom it concerns', async () => {
    const from = '127.0.91.32'
    await using board = await RawClient.open(
      gateway.port,
      pico({ port: gateway.port, token: await gateway.mint('pico') }),
      { from },
    )
    await board.send({ type: 'boast', diagnosis: 'device_blocked', facts: { base: 'https://evil.example' } })
    await board.send({ type: 'ping' })
    await board.message('pong')
    const { body } = await gateway.api('GET', '/api/journal?q=boast')
    expect(body.entries).toMatchObject([{ diagnosis: null }])
    expect(
      (await gateway.api('GET', '/api/refusals?limit=1000')).body.refusals.map(
        (one: { address: string }) => one.address,
      ),
    ).not.toContain(from)
  })
})

describe('without a header', () => {
  it.each([
    { title: about('auth_message_wrong'), first: '{"token":"x"}', symptom: 'auth_message_wrong', from: '127.0.92.1' },
    { title: about('auth_message_late'), first: undefined, symptom: 'auth_message_late', from: '127.0.92.2' },
    {
      title: about('auth_message_late', 'browser'),
      first: undefined,
      symptom: 'auth_message_late',
      from: '127.0.92.3',
      name: 'browser-message' as const,
    },
  ])('$title', async ({ first, symptom, from, name = 'uwebsockets' as const }) => {
    await using house = await startGateway({ limits: { authMessageTimeoutMs: 300 } })
    await using board = await RawClient.open(
      house.port,
      handshake(house.port, name, { path: '/ws/pico?auth=message' }),
      { from },
    )
    if (first) await board.write(said(first))
    expect(await diagnosed(from, house)).toMatchObject({ diagnosis: symptom })
    await board.control('close')
  })
})

describe('what the house itself notices', () => {
  it(about('claim_expired'), async () => {
    await using house = await startGateway({ enrolment: 'open', limits: { claimTtlMs: 0 } })
    const from = '127.0.93.1'
    await using board = await RawClient.open(house.port, pico({ port: house.port, token: await house.mint('pico') }), {
      from,
    })
    await board.message('connection_ack')
    const found = await diagnosed(from, house)
    expect(found).toMatchObject({
      diagnosis: 'claim_expired',
      code: null,
      library: 'MicroPython',
      device: expect.any(String),
    })
    expect(found.remedy).toContain('device approve')
    expect((await house.api('GET', '/api/devices')).body.devices).toMatchObject([{ state: 'pending', online: true }])
  })

  it(about('headers_grown'), async () => {
    const from = '127.0.93.2'
    const shake = esp32cam({ token: await gateway.mint('esp32cam'), reconnects: 39 })
    await using board = await RawClient.open(gateway.port, shake, { from })
    await board.message('connection_ack')
    const found = await diagnosed(from)
    expect(found).toMatchObject({ diagnosis: 'headers_grown', library: 'ArduinoWebsockets' })
    expect(found.sentence).toMatch(/came 40 times in one request \(207 lines\)/)
    expect(found.snippet).toContain(`client.connect("ws://127.0.0.1:${gateway.port}/ws/esp32cam");`)
  })

  it(about('two_boards_one_token'), async () => {
    await using house = await startGateway({ enrolment: 'open' })
    const token = await house.mint('pico')
    const shake = pico({ port: house.port, token })
    const [home, away] = ['127.0.93.3', '127.0.93.4']
    const boards: RawClient[] = []
    for (const from of [home, away, home, away]) {
      const board = await RawClient.open(house.port, shake, { from })
      await board.message('connection_ack')
      boards.push(board)
    }
    const found = await diagnosed(away, house)
    expect(found).toMatchObject({ diagnosis: 'two_boards_one_token', code: 'replaced' })
    expect(found.sentence).toContain(`from ${home} and ${away}`)
    for (const board of boards) await board[Symbol.asyncDispose]()
  })

  it(about('enrolment_closed'), async () => {
    await using house = await startGateway()
    const token = await house.mint('pico')
    await house.api('PUT', '/api/enrolment', { mode: 'closed' })
    const from = '127.0.93.5'
    await using board = await RawClient.connect(house.port, { from })
    await board.write(pico({ port: house.port, token }))
    const answer = (await board.answer()).json()
    const found = await diagnosed(from, house)
    expect(found).toMatchObject({ diagnosis: 'enrolment_closed', remedy: answer.hint })
    expect(found.snippet).toContain('npx darvaza enrolment pair')
  })

  it(about('handshake_unfinished'), async () => {
    await using house = await startGateway({ limits: { handshakeTimeoutMs: 500 } })
    const from = '127.0.93.6'
    await using board = await RawClient.connect(house.port, { from })
    await board.write(pico({ port: house.port, token: 'x' }).slice(0, -2))
    expect((await board.answer()).json()).toMatchObject({ code: 'handshake_timeout' })
    expect(await diagnosed(from, house)).toMatchObject({ diagnosis: 'handshake_unfinished' })
  })

  it(about('plain_on_tls_port'), async () => {
    using certificates = makeCertificates()
    await using house = await startGateway({ tls: { port: 0, ...certificates.goodFiles } })
    const from = '127.0.93.7'
    const { location } = Object.fromEntries(
      (await fetch(house.url, { redirect: 'manual', headers: { accept: 'text/html' } })).headers,
    )
    const port = Number(new URL(location!).port)
    await using board = await RawClient.connect(port, { from })
    await board.write(pico({ port, token: 'x' }))
    const answer = await board.answer()
    expect([answer.status, answer.json().code]).toEqual([400, 'plain_on_tls_port'])
    // The plain port now rejects operators, so the test asks as from the gateway's own host.
    const { body } = await overControlSocket(house.dataDir, 'GET', '/api/refusals')
    expect(body).toMatchObject({
      refusals: [{ address: from, diagnosis: 'plain_on_tls_port', remedy: answer.json().hint }],
    })
  })

  it.each([
    { title: about('silent'), limits: { pingEveryMs: 200, deadAfterMs: 600 }, why: 'silent', from: '127.0.93.8' },
    { title: about('pending_full'), limits: { pendingPerAddress: 1 }, why: 'pending_full', from: '127.0.93.9' },
    {
      title: about('too_much_traffic'),
      limits: { pendingBytesPerSecond: 1_000 },
      why: 'too_much_traffic',
      from: '127.0.93.10',
    },
  ])('$title', async ({ limits, why, from }) => {
    await using house = await startGateway({ limits })
    const shake = async () => esp32cam({ token: await house.mint('esp32cam') })
    await using board = await RawClient.open(house.port, await shake(), { from })
    await board.message('connection_ack')
    if (why === 'too_much_traffic') await board.write(binary(jpeg(2_000)))
    await using other = why === 'pending_full' ? await RawClient.open(house.port, await shake(), { from }) : undefined
    await board.control('close')
    expect(await ended(from, house)).toMatchObject({
      diagnosis: { diagnosis: why, sentence: expect.any(String), remedy: expect.any(String) },
    })
    expect(other?.over ?? false).toBe(false)
  })
})

it(about('too_many_messages'), async () => {
  await using house = await startGateway({ enrolment: 'open', limits: { rowsPerSecond: 1, rowBurst: 3 } })
  const from = '127.0.93.11'
  const token = await house.mint('pico')
  await using board = await RawClient.open(house.port, pico({ port: house.port, token }), { from })
  await board.message('connection_ack')
  for (let count = 0; count < 5; count++) await board.send({ type: 'log', message: `I am number ${count}` })
  const found = await diagnosed(from, house)
  expect(found).toMatchObject({ diagnosis: 'too_many_messages', sentence: expect.stringContaining('50 a second') })
})

it('every row of the table has its test', () => {
  const tested = new Set([...handshakeCases.map(({ symptom, row }) => `${symptom} ${row}`), ...here])
  expect(knowledge.map(({ symptom, library }) => `${symptom} ${library}`).filter(row => !tested.has(row))).toEqual([])
  expect([...tested].filter(row => !knowledge.some(({ symptom, library }) => row === `${symptom} ${library}`))).toEqual(
    [],
  )
})
