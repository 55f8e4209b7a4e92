import { describe, expect, it } from 'vitest'
import { Board, refusal } from '../support/board.ts'
import { type SpawnedGateway, spawnGateway, startGateway, type TestGateway } from '../support/gateway.ts'
import { entry } from '../support/journal.ts'
import { until } from '../support/until.ts'

const fleet = 'fleet:one@home/0123456789'
// biome-ignore lint/suspicious/noExplicitAny: tests look into devices of every shape
const devices = async (gateway: TestGateway): Promise<any[]> =>
  (await gateway.api('GET', '/api/devices?limit=1000')).body.devices

describe('shared tokens from the environment', () => {
  const letsIn = async (gateway: SpawnedGateway, kind: 'pico' | 'esp32cam', token: string) => {
    await using board = await Board.connect(gateway, { kind, token })
    await board.next('connection_ack')
    return (await board.device()).state
  }

  it('come separated by commas', async () => {
    await using gateway = await spawnGateway({
      args: ['--enrolment', 'closed'],
      env: { PICO_AUTH_TOKENS: `${fleet}, second-fleet-token`, ESP32CAM_AUTH_TOKENS: 'camera-fleet-token' },
    })
    expect(await letsIn(gateway, 'pico', fleet)).toBe('active')
    expect(await letsIn(gateway, 'pico', 'second-fleet-token')).toBe('active')
    expect(await letsIn(gateway, 'esp32cam', 'camera-fleet-token')).toBe('active')
    for (const token of [`${fleet}, second-fleet-token`, 'camera-fleet-token', 'fleet'])
      expect((await refusal(gateway, { token })).status).toBeGreaterThanOrEqual(401)
  })

  it('come as a JSON array, and may then hold commas and quotes', async () => {
    const odd = 'a,b"c\\d:e@f'
    await using gateway = await spawnGateway({ env: { PICO_AUTH_TOKENS: JSON.stringify([odd, fleet]) } })
    expect(await letsIn(gateway, 'pico', odd)).toBe('active')
    expect(await letsIn(gateway, 'pico', fleet)).toBe('active')
    expect(gateway.output()).not.toContain(odd)
  })

  it('stop the start when they are wrong, without being named', async () => {
    const start = spawnGateway({ env: { PICO_AUTH_TOKENS: '["half-a-secret"' } })
    await expect(start).rejects.toThrow(/exit code 2[\s\S]*PICO_AUTH_TOKENS: needs/)
    await expect(start).rejects.not.toThrow(/half-a-secret/)
  })
})

describe('a shared token', () => {
  const start = (more: Parameters<typeof startGateway>[0] = {}) =>
    startGateway({ sharedTokens: { pico: [fleet, 'another-fleet-token'], esp32cam: ['cameras-token'] }, ...more })

  it('is never published, in any mode', async () => {
    for (const enrolment of ['approve', 'pairing', 'open'] as const) {
      await using gateway = await start({ enrolment })
      const { body } = await gateway.api('GET', '/public/tokens', undefined, { key: null })
      expect(JSON.stringify(body)).not.toContain(fleet)
      expect(body.pico_tokens).toHaveLength(1)
    }
  })

  it('lets its boards in at once, each by its X-Device-ID, which is its name', async () => {
    await using gateway = await start({ enrolment: 'closed' })
    await using one = await Board.connect(gateway, { token: fleet, deviceId: 'A0:01' })
    await using two = await Board.connect(gateway, { token: fleet, deviceId: 'A0:02' })
    await one.next('connection_ack')
    await two.next('connection_ack')
    expect((await devices(gateway)).map(({ name, state, tokenState }) => [name, state, tokenState]).sort()).toEqual([
      ['A0:01', 'active', 'shared'],
      ['A0:02', 'active', 'shared'],
    ])
  })

  it('knows a board again by its id, also after a restart', async () => {
    await using first = await start()
    let id = ''
    {
      await using board = await Board.connect(first, { token: fleet, deviceId: 'A0:01' })
      id = await board.id()
    }
    await first.stop()
    await using again = await start({ dataDir: first.dataDir })
    await using board = await Board.connect(again, { token: fleet, deviceId: 'A0:01' })
    expect(await board.id()).toBe(id)
    expect(await devices(again)).toHaveLength(1)
  })

  it('never lets an id cross credentials: neither to another fleet nor to a claim', async () => {
    await using gateway = await start({ enrolment: 'open' })
    const names = []
    for (const token of [fleet, 'another-fleet-token', await gateway.mint('pico')]) {
      await using board = await Board.connect(gateway, { token, deviceId: 'A0:01' })
      await board.next('connection_ack')
      await board.settled()
      names.push(token)
    }
    const found = await devices(gateway)
    expect(found.map(({ name }) => name).sort()).toEqual(['A0:01', 'A0:01-2', 'A0:01-3'])
    expect(new Set(found.map(({ id }) => id)).size).toBe(3)
  })

  it('is for one kind', async () => {
    await using gateway = await start()
    expect(await refusal(gateway, { token: fleet, path: '/ws/esp32cam' })).toMatchObject({
      status: 403,
      body: { code: 'token_wrong_kind' },
    })
    await using board = await Board.connect(gateway, { token: 'cameras-token', path: '/ws', deviceId: 'cam' })
    await board.next('connection_ack')
    expect((await board.device()).kind).toBe('esp32cam')
  })

  it('makes so many devices active, and lets further ones wait', async () => {
    await using gateway = await start({ limits: { devicesPerSharedToken: 2 } })
    const states = []
    for (const deviceId of ['one', 'two', 'three', 'two']) {
      await using board = await Board.connect(gateway, { token: fleet, deviceId })
      await board.next('connection_ack')
      states.push((await board.device()).state)
    }
    expect(states).toEqual(['active', 'active', 'pending', 'active'])
  })

  it('still bars a board of it that was blocked', async () => {
    await using gateway = await start()
    await using board = await Board.connect(gateway, { token: fleet, deviceId: 'bad' })
    await board.next('connection_ack')
    await board.api('POST', '/block', { reason: 'stolen' })
    expect((await board.closed).code).toBe(4001)
    expect(await refusal(gateway, { token: fleet, deviceId: 'bad' })).toMatchObject({
      status: 403,
      body: { code: 'device_blocked' },
    })
    await using sister = await Board.connect(gateway, { token: fleet, deviceId: 'good' })
    await sister.next('connection_ack')
  })
})

describe('two boards with one shared token and no id', () => {
  const limits = { sharedTwinWaitMs: 1_000, deadAfterMs: 60_000 }
  const start = () => startGateway({ sharedTokens: { pico: [fleet] }, limits })
  const nameless = (gateway: TestGateway, answersPings = true) =>
    Board.connect(gateway, { token: fleet, deviceId: null, answersPings })

  it('are two when the old one answers: the newcomer is -2', async () => {
    await using gateway = await start()
    await using first = await nameless(gateway)
    await first.next('connection_ack')
    await using second = await nameless(gateway)
    await second.next('connection_ack')
    await entry(gateway, row => row.data?.event === 'second_board')
    const found = await devices(gateway)
    const [one, two] = [...found].sort((left, right) => left.name.length - right.name.length)
    expect(two.name).toBe(`${one.name}-2`)
    expect(found.map(({ online }) => online)).toEqual([true, true])
    await first.settled()
    await second.settled()
  })

  it('are one that came back when the old one is silent', async () => {
    await using gateway = await start()
    await using first = await nameless(gateway, false)
    await first.next('connection_ack')
    const before = (await devices(gateway))[0]
    // Simulates a dead connection: a paused socket answers nothing, not even protocol pings.
    first.ws.pause()
    await using second = await nameless(gateway)
    await second.next('connection_ack')
    await entry(gateway, row => row.data?.event === 'same_board')
    const found = await devices(gateway)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ id: before.id, online: true })
    expect(found[0].connectionId).not.toBe(before.connectionId)
    first.ws.resume()
    expect((await first.closed).code).toBe(4009)
    await second.settled()
  })

  it('are one when the first has left before the second comes', async () => {
    await using gateway = await start()
    {
      await using first = await nameless(gateway)
      await first.next('connection_ack')
    }
    await until('the first to be offline', async () => !(await devices(gateway))[0].online)
    await using second = await nameless(gateway)
    await second.next('connection_ack')
    expect(await devices(gateway)).toMatchObject([{ online: true }])
  })
})
