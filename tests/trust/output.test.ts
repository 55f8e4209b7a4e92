import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, rm } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { overControlSocket, spawnGateway, temporaryFolder } from '../support/gateway.ts'
import { until } from '../support/until.ts'

/** More acts than the log buffers before it writes. */
const acts = 60

describe('what the gateway prints', () => {
  it('may go into a pipe that is closed: boards go on, and it stops in order', async () => {
    await using gateway = await spawnGateway()
    await using board = await Board.connect(gateway)
    await board.next('connection_ack')
    gateway.process.stdout!.destroy()
    gateway.process.stderr!.destroy()
    for (let act = 0; act < acts; act++) await gateway.api('POST', '/api/devices', { kind: 'pico' })
    board.send({ type: 'ping' })
    await board.next('pong')
    await gateway.stop()
    expect(await gateway.exited).toEqual({ code: 0, signal: null })
  })

  it('may go onto a disk that is full', async () => {
    const dataDir = await temporaryFolder()
    await using full = await open('/dev/full', 'w')
    const args = ['bin/darvaza', 'serve', '--host', '127.0.0.1', '--port', '0', '--data', dataDir]
    const child = spawn('sh', args, { stdio: ['ignore', full.fd, full.fd] })
    const exited = once(child, 'exit')
    try {
      await until('the gateway to be ready', async () => {
        const answer = await overControlSocket(dataDir, 'GET', '/ready').catch(() => undefined)
        return answer?.status === 200 || child.exitCode !== null
      })
      for (let act = 0; act < acts; act++) {
        const { status } = await overControlSocket(dataDir, 'POST', '/api/devices', { kind: 'pico' })
        expect(status).toBe(201)
      }
    } finally {
      child.kill('SIGTERM')
      expect(await exited).toEqual([0, null])
      await rm(dataDir, { recursive: true })
    }
  })

  /** Node flags that run `act` on SIGUSR2, outside every boundary, as a defect of the gateway would. */
  const defect = (act: string) =>
    `--import=data:text/javascript,${encodeURIComponent(`process.on("SIGUSR2",()=>{${act}})`)}`
  const secret = 'what-a-stranger-sent'

  it.each([
    ['an exception', `throw Object.assign(new RangeError("${secret}"),{code:"ERR_OF_OURS"})`, /RangeError ERR_OF_OURS/],
    ['a rejection with a text', `Promise.reject("${secret}")`, /ERR_UNHANDLED_REJECTION/],
  ])('says of %s that ends it the kind, and nothing that came from outside', async (_, act, kind) => {
    await using gateway = await spawnGateway({ env: { NODE_OPTIONS: defect(act) } })
    gateway.kill('SIGUSR2')
    expect(await gateway.exited).toEqual({ code: 1, signal: null })
    await until('its last sentence', () => /ended by a defect of its own/.test(gateway.output()))
    expect(gateway.output()).toMatch(kind)
    expect(gateway.output()).not.toContain(secret)
  })
})
