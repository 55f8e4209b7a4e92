import { createConnection } from 'node:net'
import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/limits.ts'
import { Board } from '../support/board.ts'
import { spawnGateway, startGateway, type TestGateway } from '../support/gateway.ts'
import { browser, esp32cam, pico } from '../support/handshakes.ts'
import { jpeg } from '../support/jpeg.ts'
import { clientFrame, closeCodeOf, closeFrame, RawClient } from '../support/raw.ts'

const camera = async (gateway: TestGateway): Promise<RawClient> => {
  const board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
  await board.message('connection_ack')
  return board
}

/** Tries a TCP connection. Resolves to `accepted` or to the error’s code. */
const dial = (port: number): Promise<string> =>
  new Promise(resolve => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      resolve('accepted')
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code!))
  })

describe('rule 17: shutdown stops accepting first, then sends Close 1001, and never a bare FIN', () => {
  it('has nobody listening by the time the first board hears of it', async () => {
    await using gateway = await startGateway()
    await using board = await camera(gateway)
    const stopped = gateway.stop()
    expect(closeCodeOf(await board.control('close'))).toBe(1001)
    expect(await dial(gateway.port)).toBe('ECONNREFUSED')
    await board.write(closeFrame(1001))
    await board.ended()
    board.socket.end()
    await stopped
  })

  it('sends Close before any FIN, and FIN only after the board’s own Close', async () => {
    await using gateway = await startGateway()
    await using board = await camera(gateway)
    const stopped = gateway.stop()
    await board.control('close')
    expect(board.finAt).toBeUndefined()
    // This board reads nothing while its servo moves, so it reads the Close late.
    await new Promise(resolve => setTimeout(resolve, 500))
    expect(board.over).toBe(false)
    const answeredAt = performance.now()
    await board.write(closeFrame(1001))
    await board.ended()
    expect(board.finAt ?? board.closedAt).toBeGreaterThanOrEqual(answeredAt)
    expect(board.error).toBeUndefined()
    board.socket.end()
    await stopped
  })

  it('waits up to 5 s for a board that says nothing, then cuts it', async () => {
    expect(defaultLimits.closeWaitMs).toBe(5_000)
    await using gateway = await startGateway({ limits: { closeWaitMs: 700 } })
    await using board = await camera(gateway)
    const stopped = gateway.stop()
    const close = await board.control('close')
    await board.ended()
    expect((board.finAt ?? board.closedAt)! - close.at).toBeGreaterThanOrEqual(600)
    await stopped
  })

  it('says it to every board: pending, active, and in the middle of a picture', async () => {
    await using gateway = await startGateway({ limits: { closeWaitMs: 500 } })
    await using pending = await camera(gateway)
    await using active = await Board.active(gateway, { kind: 'esp32cam' })
    await using sending = await camera(gateway)
    await sending.write(clientFrame({ opcode: 'binary', payload: jpeg(5_000) }).subarray(0, 1_000))
    const stopped = gateway.stop()
    for (const board of [pending, sending]) {
      expect(closeCodeOf(await board.control('close'))).toBe(1001)
      expect(board.finAt).toBeUndefined()
    }
    expect((await active.closed).code).toBe(1001)
    await stopped
  })

  it('says it to connection tests, and to clients that have not sent their token yet', async () => {
    await using gateway = await startGateway({ limits: { closeWaitMs: 500 } })
    const shake = pico({ port: gateway.port, token: await gateway.mint('pico') })
    await using probe = await RawClient.open(gateway.port, shake.replace(/\r\n$/, 'X-Darvaza-Probe: 1\r\n\r\n'))
    await probe.message('connection_ack')
    await using unproven = await RawClient.open(gateway.port, browser({ port: gateway.port }))
    const stopped = gateway.stop()
    for (const client of [probe, unproven]) expect(closeCodeOf(await client.control('close'))).toBe(1001)
    await stopped
  })

  it('lets nobody in whose handshake is half written, or who comes over a connection that is open already', async () => {
    await using gateway = await startGateway({ limits: { closeWaitMs: 1_000 } })
    await using board = await camera(gateway)
    const shake = esp32cam({ token: await gateway.mint('esp32cam') })
    await using half = await RawClient.connect(gateway.port)
    await half.write(shake.slice(0, -10))
    await using idle = await RawClient.connect(gateway.port)
    await idle.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
    await idle.answer()
    const stopped = gateway.stop()
    await board.control('close')
    void half.write(shake.slice(-10))
    void idle.write(shake)
    await half.ended()
    await idle.ended()
    for (const client of [half, idle]) {
      const said = Buffer.concat(client.segments.map(segment => segment.bytes)).toString('latin1')
      expect(said).not.toContain('HTTP/1.1 101')
    }
    await stopped
  })

  it('takes a board back that comes again when the next gateway is up, as the same device', async () => {
    await using first = await startGateway()
    const token = await first.mint('pico')
    await using board = await Board.connect(first, { token })
    const id = await board.id()
    await first.stop()
    expect((await board.closed).code).toBe(1001)
    await using second = await startGateway({ dataDir: first.dataDir })
    expect((await second.api('GET', `/api/devices/${id}`)).body.device).toMatchObject({
      online: false,
      presence: 'reconnecting',
    })
    await using again = await Board.connect(second, { token })
    await again.next('connection_ack')
    expect((await second.api('GET', `/api/devices/${id}`)).body.device).toMatchObject({ online: true })
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends the product on %s with exit code 0, though a board is deaf',
    async signal => {
      await using gateway = await spawnGateway()
      await using board = await camera(gateway)
      gateway.kill(signal)
      expect(closeCodeOf(await board.control('close'))).toBe(1001)
      expect(board.finAt).toBeUndefined()
      expect(await gateway.exited).toEqual({ code: 0, signal: null })
    },
  )

  it('ends at once on a second signal', async () => {
    await using gateway = await spawnGateway()
    await using board = await camera(gateway)
    gateway.kill('SIGTERM')
    const close = await board.control('close')
    gateway.kill('SIGTERM')
    const { code, signal } = await gateway.exited
    expect(code !== 0 || signal !== null).toBe(true)
    expect(performance.now() - close.at).toBeLessThan(defaultLimits.closeWaitMs)
  })
})
