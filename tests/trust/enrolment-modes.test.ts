import { describe, expect, it } from 'vitest'
import { Board, refusal } from '../support/board.ts'
import { spawnGateway, startGateway, type TestGateway } from '../support/gateway.ts'
import { entry } from '../support/journal.ts'
import { until } from '../support/until.ts'
import { keptFolder } from './data-folder.ts'

const stateOf = async (gateway: TestGateway, token?: string) => {
  await using board = await Board.connect(gateway, token === undefined ? {} : { token })
  await board.next('connection_ack')
  return (await board.device()).state
}

describe('the enrolment mode', () => {
  it('approve is the default: a new board is connected, kept alive, and waits', async () => {
    await using gateway = await startGateway()
    expect((await gateway.api('GET', '/api/enrolment')).body).toMatchObject({ mode: 'approve', waiting: 0 })
    await using board = await Board.connect(gateway)
    await board.next('connection_ack')
    board.send({ type: 'ping' })
    await board.next('pong')
    expect((await board.device()).state).toBe('pending')
    expect((await gateway.api('GET', '/api/enrolment')).body).toMatchObject({ waiting: 1 })
  })

  it('open lets every new board in at once, by the name it gives itself', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    await using board = await Board.connect(gateway, { deviceId: 'greenhouse' })
    await board.next('connection_ack')
    expect(await board.device()).toMatchObject({ state: 'active', name: 'greenhouse' })
  })

  it('closed mints nothing and refuses newcomers, with a remedy, but not who is known or made by hand', async () => {
    await using gateway = await startGateway()
    const [known, fresh] = [await gateway.mint('pico'), await gateway.mint('pico')]
    expect(await stateOf(gateway, known)).toBe('pending')
    await gateway.api('PUT', '/api/enrolment', { mode: 'closed' })
    const minting = await gateway.api('GET', '/public/tokens', undefined, { key: null })
    expect([minting.status, minting.body.code]).toEqual([403, 'enrolment_closed'])
    expect(minting.body.hint).toContain('token create')
    expect(minting.body.pico_tokens).toBeUndefined()
    expect(await refusal(gateway, { token: fresh })).toMatchObject({ status: 403, body: { code: 'enrolment_closed' } })
    expect(await stateOf(gateway, known)).toBe('pending')
    const made = await gateway.api('POST', '/api/devices', { kind: 'pico' })
    expect(made.status).toBe(201)
    expect(await stateOf(gateway, made.body.token)).toBe('active')
  })

  it('pairing approves the first N boards of the window, lets the others wait, and tells the owner', async () => {
    await using gateway = await startGateway()
    const early = await gateway.mint('pico')
    await stateOf(gateway, early)
    const opened = await gateway.api('PUT', '/api/enrolment', { mode: 'pairing', boards: 2, seconds: 60 })
    expect(opened.status).toBe(200)
    expect(opened.body).toMatchObject({ mode: 'pairing', boards: 2, approved: 0, waiting: 1 })
    const untilMs = Date.parse(opened.body.pairingUntil) - Date.now()
    expect(untilMs).toBeGreaterThan(50_000)
    expect(untilMs).toBeLessThanOrEqual(60_000)
    const states = []
    for (let count = 0; count < 3; count++) states.push(await stateOf(gateway))
    expect(states).toEqual(['active', 'active', 'pending'])
    expect(await stateOf(gateway, early)).toBe('pending')
    expect((await gateway.api('GET', '/api/enrolment')).body).toMatchObject({ approved: 2, waiting: 2 })
    expect(await entry(gateway, row => row.data?.event === 'pairing_crowded')).toMatchObject({ kind: 'gateway' })
  })

  it('pairing is for one board unless said, and for 5 min', async () => {
    await using gateway = await startGateway({ enrolment: 'pairing' })
    const { body } = await gateway.api('GET', '/api/enrolment')
    expect(body).toMatchObject({ mode: 'pairing', boards: 1 })
    expect(Date.parse(body.pairingUntil) - Date.now()).toBeGreaterThan(290_000)
    expect([await stateOf(gateway), await stateOf(gateway)]).toEqual(['active', 'pending'])
  })

  it('pairing that is over is approve, and a restart never reopens it', async () => {
    await using first = await startGateway({ enrolment: 'pairing' })
    await first.api('PUT', '/api/enrolment', { mode: 'pairing', seconds: 1, boards: 10 })
    expect(await stateOf(first)).toBe('active')
    await until('the end of the window', async () => (await first.api('GET', '/api/enrolment')).body.mode === 'approve')
    expect(await stateOf(first)).toBe('pending')
    await first.stop()
    await using again = await startGateway({ dataDir: first.dataDir, enrolment: 'pairing' })
    expect((await again.api('GET', '/api/enrolment')).body).toMatchObject({ mode: 'approve' })
    expect(await stateOf(again)).toBe('pending')
  })

  it('pairing that is used up stays so over a restart', async () => {
    await using first = await startGateway()
    await first.api('PUT', '/api/enrolment', { mode: 'pairing', seconds: 300, boards: 1 })
    expect(await stateOf(first)).toBe('active')
    await first.stop()
    await using again = await startGateway({ dataDir: first.dataDir, enrolment: 'pairing' })
    expect((await again.api('GET', '/api/enrolment')).body).toMatchObject({ mode: 'pairing', boards: 1, approved: 1 })
    expect(await stateOf(again)).toBe('pending')
  })

  it('lives in the data folder: the configuration only sets that of an empty one', async () => {
    await using folder = await keptFolder()
    const dataDir = folder.path
    const modeWith = async (enrolment: 'closed' | 'open' | undefined) => {
      await using gateway = await startGateway({ dataDir, ...(enrolment && { enrolment }) })
      return (await gateway.api('GET', '/api/enrolment')).body.mode
    }
    expect([await modeWith('closed'), await modeWith('open'), await modeWith(undefined)]).toEqual([
      'closed',
      'closed',
      'closed',
    ])
  })

  it('open says so loudly when the gateway starts', async () => {
    await using gateway = await spawnGateway({ args: ['--enrolment', 'open'] })
    expect(gateway.output()).toMatch(/WARNING: enrolment is open/)
    await until('the log to say so', () => /"level":40.*"enrolment is open: every new board/.test(gateway.output()))
  })

  it('is the owner’s to change, and written down', async () => {
    await using gateway = await startGateway()
    for (const role of ['viewer', 'operator'] as const) {
      const key = await gateway.key(role)
      expect((await gateway.api('PUT', '/api/enrolment', { mode: 'open' }, { key })).status).toBe(403)
    }
    expect((await gateway.api('PUT', '/api/enrolment', { mode: 'open' }, { key: null })).status).toBe(401)
    expect((await gateway.api('PUT', '/api/enrolment', { mode: 'everyone' })).status).toBe(400)
    expect((await gateway.api('GET', '/api/enrolment')).body.mode).toBe('approve')
    expect((await gateway.api('PUT', '/api/enrolment', { mode: 'open' })).status).toBe(200)
    expect(await entry(gateway, row => row.data?.act === 'enrolment.set')).toMatchObject({ data: { mode: 'open' } })
  })
})
