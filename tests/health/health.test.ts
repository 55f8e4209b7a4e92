import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { darvaza } from '../cli/support/run.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { until } from '../support/until.ts'

let gateway: TestGateway
let board: Board
let id: string
beforeAll(async () => {
  gateway = await startGateway({ limits: { blackBoxSampleEveryMs: 100 } })
  board = await Board.active(gateway)
  id = await board.id()
  board.send({ type: 'connect', device: 'pico', timestamp: '2021-01-01T00:00:12', memory_free: 90_000, rssi: -80 })
  await until('a weak signal', async () => (await health()).body.verdicts.length >= 2)
})
afterAll(async () => {
  await board?.[Symbol.asyncDispose]()
  await gateway?.[Symbol.asyncDispose]()
})
const health = (options: { key?: string | null; headers?: Record<string, string> } = {}, query = '') =>
  gateway.api('GET', `/api/devices/${id}/health${query}`, undefined, options)

describe('GET /api/devices/:id/health', () => {
  it('says what is wrong, worst first, why, and what to do', async () => {
    const { status, body } = await health()
    expect(status).toBe(200)
    expect(body).toMatchObject({ device: id, state: 'trouble', online: true, keepAlive: null })
    expect(body.verdicts.map((one: { code: string }) => one.code)).toEqual(['weak_signal', 'clock_unset'])
    for (const { sentence, evidence, remedy, since } of body.verdicts) {
      expect([sentence, ...evidence, remedy].every(text => typeof text === 'string' && text !== '')).toBe(true)
      expect(Date.parse(since)).not.toBeNaN()
    }
  })

  it('says honestly what it has not seen enough of', async () => {
    const { checks } = (await health()).body
    expect(checks.find((one: { code: string }) => one.code === 'memory_leak')).toMatchObject({
      status: 'unseen',
      needs: 'ten minutes online',
    })
    expect(checks).toHaveLength(13)
  })

  it('speaks Persian to whoever reads Persian', async () => {
    const { verdicts } = (await health({ headers: { 'accept-language': 'fa' } })).body
    expect(verdicts[0].sentence).toContain('سیگنال')
    expect(verdicts[0].sentence).toContain('۸۰')
  })

  it('shows the box itself when asked, and no secret in it', async () => {
    expect((await health()).body.trace).toBeUndefined()
    const { trace } = (await health({}, '?trace=true')).body
    expect(trace.events[0]).toMatchObject({ kind: 'opened', address: '127.0.0.1' })
    expect(trace.samples[0]).toMatchObject({ signalDbm: -80, memoryLeast: 90_000 })
    expect(JSON.stringify(trace)).not.toContain(board.token)
    expect((await health({}, '?trace=maybe')).status).toBe(400)
  })

  it('is for viewers of that device, and for nobody else there is such a device', async () => {
    const own = await gateway.key('viewer', { grants: [id] })
    const foreign = await gateway.key('viewer', { grants: ['#elsewhere'] })
    expect((await health({ key: own })).status).toBe(200)
    expect(await health({ key: foreign })).toMatchObject({ status: 404, body: { code: 'device_not_found' } })
    expect((await health({ key: null })).status).toBe(401)
    expect((await gateway.api('GET', '/api/devices/nobody/health')).status).toBe(404)
  })

  it('is in the command line, in words and as JSON', async () => {
    const name = (await board.device()).name
    const told = await darvaza(['device', 'health', name, '--data', gateway.dataDir])
    expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining('! Its Wi-Fi signal is weak: -80 dBm.') })
    expect(told.stdout).toMatch(/Not enough seen yet \(it takes ten minutes online\): .*Memory leak/s)
    const json = await darvaza(['device', 'health', name, '--json', '--data', gateway.dataDir])
    expect(JSON.parse(json.stdout).verdicts[0].code).toBe('weak_signal')
    const missing = await darvaza(['device', 'health', 'nobody-there', '--data', gateway.dataDir])
    expect([missing.code, missing.stdout]).toEqual([1, ''])
  })
})

describe('a black box', () => {
  it('survives the gateway’s own restart', async () => {
    await using first = await startGateway({ enrolment: 'open', limits: { blackBoxSampleEveryMs: 100 } })
    await using visitor = await Board.connect(first)
    visitor.send({ type: 'connect', device: 'pico', memory_free: 80_000, uptime: 40 })
    const of = async (house: TestGateway, device: string) =>
      (await house.api('GET', `/api/devices/${device}/health?trace=true`)).body.trace
    const device = await visitor.id()
    await until('a sample', async () => (await of(first, device)).samples.length > 1)
    await first.stop()
    await using second = await startGateway({ dataDir: first.dataDir })
    const { events, samples } = await of(second, device)
    expect(events[0]).toMatchObject({ kind: 'opened', address: '127.0.0.1' })
    expect(samples[0]).toMatchObject({ memoryLeast: 80_000 })
  })
})
