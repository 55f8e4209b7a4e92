import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { type SpawnedGateway, spawnGateway, startGateway } from '../support/gateway.ts'
import { journal } from '../support/journal.ts'
import { until } from '../support/until.ts'
import { everyByte, keptFolder } from './data-folder.ts'

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

describe('presence over a restart', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'is reconnecting for who was online at %s, until it is back',
    async signal => {
      await using first = await spawnGateway()
      await using online = await Board.active(first, { deviceId: 'online' })
      await online.settled()
      {
        await using gone = await Board.active(first, { deviceId: 'gone' })
        await gone.settled()
      }
      const presence = async (gateway: SpawnedGateway, name: string) =>
        (await gateway.api('GET', `/api/devices/${name}`)).body.device
      await until('gone to be offline', async () => !(await presence(first, 'gone')).online)
      const seen = (await presence(first, 'online')).lastSeen
      first.kill(signal)
      await first.exited
      await using second = await spawnGateway({ dataDir: first.dataDir })
      const before = await presence(second, 'online')
      expect(before).toMatchObject({ online: false, presence: 'reconnecting', state: 'active', connectionId: null })
      expect(Date.parse(before.lastSeen)).toBeLessThanOrEqual(Date.parse(seen))
      expect(await presence(second, 'gone')).toMatchObject({ online: false })
      await using back = await Board.connect(second, { token: online.token!, deviceId: 'online' })
      await back.next('connection_ack')
      expect(await presence(second, 'online')).toMatchObject({ online: true, presence: 'online', id: before.id })
    },
  )
})

describe('the journal', () => {
  it('has every act that was answered with a 2xx, killed right after it', async () => {
    await using first = await spawnGateway()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        first.api('POST', '/api/devices', { kind: 'pico', name: `made-${index}` }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(new Array(20).fill(201))
    first.kill('SIGKILL')
    await first.exited
    await using second = await spawnGateway({ dataDir: first.dataDir })
    const { devices } = (await second.api('GET', '/api/devices')).body
    expect(devices).toHaveLength(20)
    expect((await journal(second, 'kind=act')).filter(row => row.data.act === 'device.create')).toHaveLength(20)
    await using board = await Board.connect(second, { token: answers[7]!.body.token })
    await board.next('connection_ack')
  })

  it('tells the starts of the gateway apart, and gives ids that grow over them', async () => {
    await using first = await startGateway()
    await first.stop()
    await using second = await startGateway({ dataDir: first.dataDir })
    const rows = (await journal(second)).reverse()
    const starts = rows.filter(row => row.data?.event === 'started')
    expect(starts.map(row => row.epoch)).toEqual([1, 2])
    expect(new Set(rows.map(row => row.node)).size).toBe(1)
    const ids = rows.map(row => row.id)
    expect([...ids].sort((one, other) => one - other)).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('stopping', () => {
  it('on SIGTERM says 1001 to every board and exits 0 within 10 s', async () => {
    await using gateway = await spawnGateway()
    await using board = await Board.active(gateway)
    const started = performance.now()
    gateway.kill('SIGTERM')
    expect((await board.closed).code).toBe(1001)
    expect(await gateway.exited).toEqual({ code: 0, signal: null })
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('takes no longer for a board that does not answer the Close', async () => {
    await using gateway = await spawnGateway()
    await using board = await Board.active(gateway)
    board.ws.pause()
    const started = performance.now()
    gateway.kill('SIGTERM')
    expect(await gateway.exited).toEqual({ code: 0, signal: null })
    expect(performance.now() - started).toBeLessThan(10_000)
    board.ws.resume()
  })

  it('happens at once on a second signal', async () => {
    await using gateway = await spawnGateway()
    await using board = await Board.active(gateway)
    board.ws.pause()
    gateway.kill('SIGTERM')
    await until(
      'the shutdown to begin',
      async () => (await fetch(`${gateway.url}/health`).catch(() => undefined)) === undefined,
    )
    const started = performance.now()
    gateway.kill('SIGTERM')
    const { code, signal } = await gateway.exited
    expect(performance.now() - started).toBeLessThan(4_000)
    expect([code, signal]).not.toEqual([0, null])
    board.ws.resume()
  })
})

describe('the data folder', () => {
  it('is its owner’s alone: 0700, and 0600 for what is in it', async () => {
    await using folder = await keptFolder()
    const dataDir = join(folder.path, 'new', 'folder')
    await using gateway = await spawnGateway({ dataDir })
    await using board = await Board.connect(gateway)
    await board.settled()
    expect(await modeOf(dataDir)).toBe(0o700)
    for (const file of ['gateway.key', 'darvaza.sqlite', 'darvaza.sqlite-wal', 'darvaza.sqlite-shm', 'control.sock'])
      expect(await modeOf(join(dataDir, file)), file).toBe(0o600)
    expect(await readFile(join(dataDir, 'gateway.key'))).toHaveLength(32)
  })

  it('made by hand, open to all, still shows nobody else what is in it', async () => {
    await using folder = await keptFolder()
    const dataDir = join(folder.path, 'open')
    await mkdir(dataDir, { mode: 0o755 })
    await using gateway = await startGateway({ dataDir })
    await using board = await Board.connect(gateway)
    await board.settled()
    for (const file of await readdir(dataDir)) expect(await modeOf(join(dataDir, file)), file).toBe(0o600)
  })

  it('is one gateway’s: a second one is refused, and the first goes on', async () => {
    await using first = await spawnGateway()
    await expect(spawnGateway({ dataDir: first.dataDir })).rejects.toThrow(/exit code 1[\s\S]*already running/)
    expect((await first.api('GET', '/health')).status).toBe(200)
    await using board = await Board.connect(first)
    await board.next('connection_ack')
    first.kill('SIGKILL')
    await first.exited
    await using second = await spawnGateway({ dataDir: first.dataDir })
    expect((await second.api('GET', '/health')).status).toBe(200)
  })

  it('without its key stops the start rather than locking boards out', async () => {
    await using first = await startGateway()
    await first.stop()
    await writeFile(join(first.dataDir, 'gateway.key'), 'short')
    await expect(startGateway({ dataDir: first.dataDir })).rejects.toThrow(/gateway\.key should hold 32 bytes/)
  })

  it('holds no secret: the key of the gateway is the only one, and it is never printed', async () => {
    await using gateway = await spawnGateway({ args: ['--log-level', 'trace'] })
    const key = await readFile(join(gateway.dataDir, 'gateway.key'))
    await using board = await Board.active(gateway)
    const made = (await gateway.api('POST', '/api/devices', { kind: 'pico' })).body
    const secrets = [board.token!, made.token, gateway.ownerKey, await gateway.key('viewer')]
    await gateway.stop()
    const bytes = await everyByte(gateway.dataDir)
    for (const secret of secrets) expect(bytes + gateway.output()).not.toContain(secret)
    for (const form of ['latin1', 'hex', 'base64', 'base64url'] as const)
      expect(gateway.output()).not.toContain(key.toString(form))
  })
})
