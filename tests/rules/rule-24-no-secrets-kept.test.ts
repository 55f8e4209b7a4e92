import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { type SpawnedGateway, spawnGateway, startGateway, type TestGateway } from '../support/gateway.ts'
import { esp32cam, pico } from '../support/handshakes.ts'
import { journal } from '../support/journal.ts'
import { RawClient } from '../support/raw.ts'

/** A fleet’s secret. It is longer than most stored fields may be, and does not look like a token. */
const secret = Buffer.from(
  'the fleet’s secret, which nobody may ever find again, however it is cut: 0123456789',
).toString('base64url')
/** 12 consecutive characters of a secret are a leak. Searching every sixth such piece finds all of 17 or more. */
const pieceLength = 12
const piecesIn = (text: string, token: string): string[] =>
  Array.from({ length: Math.floor((token.length - pieceLength) / 6) + 1 }, (_, index) =>
    token.slice(index * 6, index * 6 + pieceLength),
  ).filter(piece => text.includes(piece))

/** The whole data folder as text, after the gateway has written everything. */
async function onDisk(dataDir: string): Promise<string> {
  let text = ''
  for (const file of await readdir(dataDir, { recursive: true, withFileTypes: true }))
    if (file.isFile()) text += (await readFile(join(file.parentPath, file.name))).toString('latin1')
  return text
}

/** All answers of the API about devices, journal and metrics, as text. */
async function told(gateway: TestGateway): Promise<string> {
  const { devices } = (await gateway.api('GET', '/api/devices')).body
  const one = await Promise.all(
    devices.map(({ id }: { id: string }) => gateway.api('GET', `/api/devices/${id}`).then(answer => answer.body)),
  )
  return JSON.stringify([devices, one, await journal(gateway), (await gateway.api('GET', '/metrics')).body])
}

/** `closeWaitMs` is short because raw clients do not answer a Close. */
const fleet = { sharedTokens: { pico: [secret], esp32cam: [] }, limits: { closeWaitMs: 50 } }

/** Lets a board of the fleet send messages, and returns the pieces of its secret that are found afterwards. */
async function leftOf(say: (board: Board, gateway: TestGateway) => void | Promise<void>): Promise<string[]> {
  await using gateway = await startGateway(fleet)
  await using board = await Board.connect(gateway, { token: secret })
  await board.next('connection_ack')
  await say(board, gateway)
  await board.settled()
  const said = await told(gateway)
  await gateway.stop()
  return piecesIn(said + (await onDisk(gateway.dataDir)), secret)
}

const fields = [
  {
    where: 'in the field where the camera puts it',
    message: { type: 'connection', device: 'ESP32CAM', token: secret },
  },
  { where: 'in a log', message: { type: 'log', message: `Authorization: Bearer ${secret}`, level: 'debug' } },
  { where: 'where a log is cut', message: { type: 'log', message: `${'x'.repeat(260)}${secret}` } },
  {
    where: 'where a long message is cut',
    message: { type: 'log', message: `${'x'.repeat(1_940)}${secret}`, more: 'y'.repeat(500) },
  },
  { where: 'as the type', message: { type: secret } },
  { where: 'as a key', message: { type: 'status_report', [secret]: true } },
  { where: 'deep inside', message: { type: 'dump', a: [{ b: [[{ c: `x${secret}x` }]] }] } },
  { where: 'as the version', message: { type: 'connect', device: 'pico', version: `v1 ${secret}` } },
  { where: 'as the level of a log', message: { type: 'log', message: 'x', level: secret } },
  {
    where: 'as the name of a reading',
    message: { type: 'sensor_data', sensor_type: secret, data: { sequence: secret } },
  },
  { where: 'in an ack', message: { type: 'ack', command_type: secret, status: secret, detail: { token: secret } } },
  { where: 'in text that is no JSON', message: `{"type":"connection","token":"${secret}"` },
  { where: 'where text that is no JSON is cut', message: `${'x'.repeat(1_960)}${secret} ${'y'.repeat(200)}` },
  { where: 'in a URL', message: { type: 'log', message: `GET /ws?token=${encodeURIComponent(secret)}` } },
]

describe('rule 24: no secret is stored or printed', () => {
  it.each(fields)('strikes the token out $where', async ({ message }) => {
    expect(await leftOf(board => board.send(message))).toEqual([])
  })

  it.each(fields)('strikes it out $where from what a pending board said', async ({ message }) => {
    await using gateway = await startGateway()
    await using board = await Board.connect(gateway)
    board.send(JSON.parse(JSON.stringify(message).replaceAll(secret, board.token!)))
    await board.settled()
    const said = await told(gateway)
    await gateway.stop()
    expect(piecesIn(said + (await onDisk(gateway.dataDir)), board.token!)).toEqual([])
  })

  it('strikes out the first ten characters with which the Pico introduces itself', async () => {
    await using gateway = await startGateway(fleet)
    await using board = await Board.connect(gateway, { token: secret })
    board.send({ type: 'connect', device: 'pico', auth_token: `${secret.slice(0, 10)}...` })
    await board.settled()
    const said = await told(gateway)
    await gateway.stop()
    expect(said).not.toContain(secret.slice(0, 10))
    expect(await onDisk(gateway.dataDir)).not.toContain(secret.slice(0, 10))
  })

  it('strikes out a token with unusual characters, however it is escaped', async () => {
    const token = 'a:b@c\\d"e/f?g&h=i%j k-0123456789-0123456789'
    await using gateway = await startGateway({ sharedTokens: { pico: [token] } })
    await using board = await Board.connect(gateway, { token })
    board.send({ type: 'log', message: token })
    board.send({ type: 'log', message: `url ${encodeURIComponent(token)}` })
    board.send(`{"type":"log","message":"slashes ${JSON.stringify(token).slice(1, -1).replaceAll('/', '\\/')}"`)
    await board.settled()
    const said = await told(gateway)
    await gateway.stop()
    const everything = said + (await onDisk(gateway.dataDir))
    for (const form of [token, JSON.stringify(token).slice(1, -1), encodeURIComponent(token), 'i%j k-0123456789'])
      expect(everything).not.toContain(form)
  })

  it.each([
    { where: 'X-Device-ID', lines: [`X-Device-ID: ${secret}`] },
    { where: 'an X-Device-ID that is cut', lines: [`X-Device-ID: ${'x'.repeat(90)}${secret}`] },
    { where: 'X-Device-Version', lines: [`X-Device-Version: 1.0 ${secret}`] },
    { where: 'an X-Device-Version that is cut', lines: [`X-Device-Version: ${'x'.repeat(30)}${secret}`] },
    { where: 'User-Agent', lines: [`User-Agent: ${secret}`] },
    { where: 'a User-Agent that looks like Python', lines: [`User-Agent: Python/3 websockets/${secret}`] },
    { where: 'Origin', lines: [`Origin: http://x/${secret}`] },
    { where: 'X-Device-Type', lines: [`X-Device-Type: ${secret}`] },
  ])('strikes it out of $where, of a board that gets in and of one that does not', async ({ lines }) => {
    await using gateway = await startGateway(fleet)
    const shake = (path: string, ownLines: string[]) =>
      `${[`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==', `Authorization: Bearer ${secret}`, ...ownLines].join('\r\n')}\r\n\r\n`
    await using inside = await RawClient.open(gateway.port, shake('/ws', lines))
    await inside.message('connection_ack')
    await inside.saidMeanwhile()
    await using outside = await RawClient.connect(gateway.port)
    await outside.write(shake('/ws/esp32cam', lines))
    expect((await outside.answer()).status).toBe(403)
    await inside.saidMeanwhile()
    const said = await told(gateway)
    await gateway.stop()
    expect(piecesIn(said + (await onDisk(gateway.dataDir)), secret)).toEqual([])
  })

  it.each([
    '/ws/pico?token=SECRET',
    '/ws/SECRET',
    '/ws/pico/SECRET?SECRET',
    '/ws/view/SECRET',
    '/api/devices/SECRET',
    '/SECRET',
  ])('keeps nothing of a token in the URL %s', async path => {
    await using gateway = await startGateway(fleet)
    await using client = await RawClient.connect(gateway.port)
    await client.write(pico({ port: gateway.port, path: path.replaceAll('SECRET', secret), token: secret }))
    await client.answer()
    await using board = await Board.connect(gateway, { token: secret })
    await board.settled()
    const said = await told(gateway)
    await gateway.stop()
    expect(piecesIn(said + (await onDisk(gateway.dataDir)), secret)).toEqual([])
  })

  it('prints and stores none of all tokens and keys of a product at work, killed or stopped', async () => {
    const tokens = new Set<string>([secret])
    const work = async (gateway: SpawnedGateway) => {
      for (const kind of ['pico', 'esp32cam'] as const) {
        const token = await gateway.mint(kind)
        tokens.add(token)
        await using board = await Board.active(gateway, { kind, token })
        board.send({ type: 'connection', token })
        board.send({ type: 'log', message: `my token is ${token}` })
        board.send(`{"broken":"${token}"`)
        await board.settled()
        const rotated = await board.api('POST', '/token/rotate', {})
        tokens.add(rotated.body.token)
        await using outside = await RawClient.connect(gateway.port)
        await outside.write(esp32cam({ token: `${token}x`, path: `/ws/esp32cam?token=${token}` }))
        await outside.answer()
      }
      await using member = await Board.connect(gateway, { token: secret })
      member.send({ type: 'connection', token: secret })
      await member.settled()
      tokens.add((await gateway.api('POST', '/api/devices', { kind: 'pico' })).body.token)
      tokens.add(await gateway.key('viewer'))
      tokens.add(gateway.ownerKey)
      const said = await told(gateway)
      for (const token of tokens) expect(piecesIn(said, token)).toEqual([])
    }
    await using first = await spawnGateway({ args: ['--log-level', 'trace'], env: { PICO_AUTH_TOKENS: secret } })
    await work(first)
    first.kill('SIGKILL')
    await first.exited
    await using second = await spawnGateway({
      args: ['--log-level', 'trace'],
      env: { PICO_AUTH_TOKENS: secret },
      dataDir: first.dataDir,
    })
    await work(second)
    await second.stop()
    const everything = first.output() + second.output() + (await onDisk(first.dataDir))
    expect(everything).toContain('connected through')
    expect(tokens.size).toBeGreaterThan(10)
    for (const token of tokens) expect(piecesIn(everything, token)).toEqual([])
  })
})
