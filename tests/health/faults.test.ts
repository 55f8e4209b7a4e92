import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simulateEsp32Cam, simulatePico } from '../../src/simulator/simulator.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { until } from '../support/until.ts'

/** Waiting times a few hundred times shorter than the defaults, so that hours become seconds. */
const limits = {
  pingEveryMs: 600,
  deadAfterMs: 4_000,
  stallMs: 350,
  healthAfterMs: 1_500,
  blackBoxSampleEveryMs: 150,
  blackBoxSaveEveryMs: 1_000,
  keepAliveLeastMs: 100,
}

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ enrolment: 'open', limits })
})
afterAll(async () => gateway?.[Symbol.asyncDispose]())

const pico = (options: Partial<Parameters<typeof simulatePico>[0]>) =>
  simulatePico({ url: gateway.url, redialMs: 50, bootMs: 50, pingMs: 100, sensorMs: 0, ...options })
const camera = (options: Partial<Parameters<typeof simulateEsp32Cam>[0]>) =>
  simulateEsp32Cam({ url: gateway.url, redialMs: 50, bootMs: 50, resolution: 'QVGA', heartbeatMs: 200, ...options })

const health = async (device: string, headers = {}, at = gateway) =>
  (await at.api('GET', `/api/devices/${device}/health`, undefined, { headers })).body

/** Waits until the gateway reports the verdict `code` about a board. */
async function verdict(device: string, code: string, at = gateway) {
  return await until(
    `the verdict ${code}`,
    async () => (await health(device, {}, at)).verdicts?.find((one: { code: string }) => one.code === code),
    40_000,
  )
}

describe.concurrent('a simulated board gone wrong is told so', { timeout: 60_000 }, () => {
  it('reboots: how often, and that nobody ordered it', async () => {
    await using _board = pico({ deviceId: 'reboots', fault: { kind: 'reboot', everyMs: 2_500 } })
    const { severity, numbers, moments } = await verdict('reboots', 'rebooting')
    expect(severity).toBe('bad')
    expect(numbers.everyMs).toBeGreaterThan(2_000)
    expect(numbers.everyMs).toBeLessThan(8_000)
    expect(moments.length).toBeGreaterThanOrEqual(3)
  })

  it('leaks memory: how fast, and when it will be used up', async () => {
    await using _board = pico({ deviceId: 'leaks', fault: { kind: 'leak', bytesPerS: 9_000 } })
    const { numbers } = await verdict('leaks', 'memory_leak')
    expect(numbers.perHour / 3_600).toBeGreaterThan(5_000)
    expect(numbers.perHour / 3_600).toBeLessThan(14_000)
    expect(numbers.to).toBeLessThan(numbers.from)
    expect(numbers.emptyInMs).toBeLessThan(20_000)
  })

  it('stalls: how long, and how often', async () => {
    await using _board = pico({ deviceId: 'stalls', fault: { kind: 'stall', awakeMs: 700, asleepMs: 900 } })
    const { numbers } = await verdict('stalls', 'wifi_stalls')
    expect(numbers.worstMs).toBeGreaterThan(350)
    expect(numbers.times).toBeGreaterThanOrEqual(5)
  })

  it('hangs up and comes back, over and over', async () => {
    await using _board = pico({ deviceId: 'flaps', fault: { kind: 'flap', upMs: 400, downMs: 100 } })
    expect((await verdict('flaps', 'flapping')).numbers.code).toBe(1_000)
  })

  it('falls out of step', async () => {
    await using _board = pico({ deviceId: 'desyncs', fault: { kind: 'desync', afterMs: 300 } })
    expect((await verdict('desyncs', 'desync')).numbers.times).toBeGreaterThanOrEqual(2)
  })

  it('sends what nobody can read', async () => {
    await using _board = camera({ name: 'babbles', fault: { kind: 'garbage', everyMs: 200 } })
    expect((await verdict('babbles', 'garbage')).numbers.pieces).toBeGreaterThanOrEqual(5)
  })

  it('vanishes without a word', async () => {
    const fault = { kind: 'half-open', afterMs: 300, silentMs: 3_200, lateCutMs: 500 } as const
    await using _board = pico({ deviceId: 'vanishes', fault })
    expect((await verdict('vanishes', 'half_open')).numbers.unheardMs).toBeGreaterThan(2_700)
  })

  it('reboots whenever something draws a current, and is not merely said to reboot', async () => {
    await using _board = pico({ deviceId: 'browns-out', fault: { kind: 'brown-out', afterMs: 50 } })
    let [orders, orderedAt] = [0, 0]
    const { numbers, evidence } = await until(
      'the verdict brown_out',
      async () => {
        const { online, verdicts } = await health('browns-out')
        if (online && Date.now() - orderedAt > 2_500) {
          orderedAt = Date.now()
          orders++
          const angles = { servo1: 90 + orders, servo2: 90 }
          await gateway.api('POST', '/api/devices/browns-out/servo', angles)
        }
        return verdicts?.find((one: { code: string }) => one.code === 'brown_out')
      },
      40_000,
    )
    expect(numbers.times).toBeGreaterThanOrEqual(3)
    expect(evidence[0]).toContain('within 10 s')
    const { verdicts } = await health('browns-out')
    expect(verdicts.map((one: { code: string }) => one.code)).not.toContain('rebooting')
  })

  it('shares its token with another board behind the same address', async () => {
    await using _board = pico({ deviceId: 'shares', fault: { kind: 'twin', everyMs: 300 } })
    expect(await verdict('shares', 'token_shared')).toMatchObject({ severity: 'bad', numbers: { addresses: 1 } })
  })

  it('has a weak signal', async () => {
    await using _board = pico({ deviceId: 'far-away', fault: { kind: 'weak-signal', dbm: -84 } })
    expect((await verdict('far-away', 'weak_signal')).numbers.dbm).toBe(-84)
  })

  it('starves: a camera whose Wi-Fi fades', async () => {
    await using _board = camera({
      name: 'starves',
      fps: 20,
      fault: { kind: 'starve', afterMs: 3_000, one: 6, dbm: -86 },
    })
    const { numbers } = await verdict('starves', 'camera_starving')
    expect(numbers.now).toBeLessThan(numbers.before / 2)
    expect(numbers.dbm).toBe(-86)
  })

  it('has a clock that nobody set, as every Pico of the field', async () => {
    await using _board = pico({ deviceId: 'timeless' })
    expect(await verdict('timeless', 'clock_unset')).toMatchObject({ severity: 'info', numbers: { set: 0 } })
    const { clock, state } = await until('a state', async () => {
      const found = await health('timeless')
      return found.state !== 'unseen' && found
    })
    expect([clock.kind, state]).toEqual(['boot', 'well'])
  })

  it('is cut when idle, and from then on the gateway speaks often enough to keep it', async () => {
    // This gateway sends after 800 ms of silence, but the middlebox allows only 500 ms, so no connection would last.
    await using own = await startGateway({ enrolment: 'open', limits: { ...limits, pingEveryMs: 1_600 } })
    const fault = { kind: 'idle-cut', idleMs: 500 } as const
    await using board = pico({ url: own.url, deviceId: 'cut-short', pingMs: 60_000, fault })
    const { numbers } = await verdict('cut-short', 'idle_cut', own)
    expect(numbers.idleMs).toBeGreaterThan(400)
    expect(numbers.idleMs).toBeLessThan(800)
    const now = () => health('cut-short', {}, own)
    await until('the gateway to adapt', async () => (await now()).keepAlive)
    const held = await until(
      'a line that holds',
      async () => {
        const { connects } = board.stats()
        const since = Date.now()
        await until('time or an end', async () => board.stats().connects > connects || Date.now() - since > 9_000)
        return board.stats().connects === connects && (await now())
      },
      40_000,
    )
    expect(held.keepAlive.everyMs).toBeLessThan(held.keepAlive.idleMs)
    const cut = held.verdicts.find((one: { code: string }) => one.code === 'idle_cut')
    expect(cut).toMatchObject({ severity: 'info', numbers: { held: 1 } })
  })
})
