import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { ScriptedGateway } from '../../tests/support/scripted-gateway.ts'
import { type BoardEvent, type Fault, faultKinds, parseFault, simulateEsp32Cam, simulatePico } from './simulator.ts'

async function sickPico(fault: Fault, onEvent?: (event: BoardEvent) => void) {
  const gateway = await ScriptedGateway.start()
  const more = onEvent ? { onEvent } : {}
  const board = simulatePico({ url: gateway.url, redialMs: 20, bootMs: 20, pingMs: 20, sensorMs: 0, fault, ...more })
  return {
    gateway,
    board,
    async [Symbol.asyncDispose]() {
      await board.stop()
      await gateway[Symbol.asyncDispose]()
    },
  }
}

describe('a virtual board gone wrong', () => {
  it('reboots every so often', async () => {
    await using sick = await sickPico({ kind: 'reboot', everyMs: 100 })
    for (let i = 0; i < 3; i++) {
      const guest = await sick.gateway.guest()
      expect(await guest.until('connect')).toMatchObject({ connection_id: 1 })
      expect(await guest.closed).toBe(1006)
    }
    expect(sick.board.stats().reboots).toBeGreaterThanOrEqual(2)
  })

  it('leaks memory until it reboots, and has it all again', async () => {
    await using sick = await sickPico({ kind: 'leak', bytesPerS: 200_000 })
    const guest = await sick.gateway.guest()
    const free: number[] = []
    void (async () => {
      for (;;) free.push((await guest.until('ping')).memory_free as number)
    })()
    await guest.closed
    expect(free.at(-1)).toBeLessThan(free[0]! - 60_000)
    const again = await (await sick.gateway.guest()).until('connect')
    expect(again.memory_free).toBeGreaterThan(100_000)
    expect(sick.board.stats().reboots).toBe(1)
  })

  it('stalls: says nothing and answers nothing for a while, and then all at once', async () => {
    await using sick = await sickPico({ kind: 'stall', awakeMs: 100, asleepMs: 300 })
    const guest = await sick.gateway.guest()
    const heardMs: number[] = []
    for (let i = 0; i < 12; i++) {
      await guest.until('ping')
      heardMs.push(performance.now())
    }
    const gaps = heardMs.slice(1).map((ms, i) => ms - heardMs[i]!)
    expect(Math.max(...gaps)).toBeGreaterThan(250)
    guest.socket.ping()
    await once(guest.socket, 'pong')
    expect(sick.board.stats().connects).toBe(1)
  })

  it('is cut by a middle box once nothing passes, not before', async () => {
    await using gateway = await ScriptedGateway.start()
    const fault: Fault = { kind: 'idle-cut', idleMs: 200 }
    await using board = simulatePico({ url: gateway.url, redialMs: 20, sensorMs: 0, pingMs: 60_000, fault })
    const guest = await gateway.guest()
    for (let i = 0; i < 5; i++) {
      await new Promise(resolve => setTimeout(resolve, 80))
      guest.say({ type: 'pong' })
    }
    expect(guest.socket.readyState).toBe(guest.socket.OPEN)
    expect(await guest.closed).toBe(1006)
    await gateway.guest()
    expect(board.stats().reboots).toBe(0)
  })

  it('loses step: its stream turns to garbage, which ends in a protocol error', async () => {
    const ends: BoardEvent[] = []
    await using sick = await sickPico({ kind: 'desync', afterMs: 50 }, e => e.kind === 'closed' && ends.push(e))
    const guest = await sick.gateway.guest()
    const failed = once(guest.socket, 'error')
    expect((await failed)[0]).toMatchObject({ message: expect.stringMatching(/Invalid WebSocket frame/) })
    await sick.gateway.guest()
    expect(ends).toMatchObject([{ code: 1002 }])
  })

  it('flaps: comes, says goodbye and comes again', async () => {
    await using sick = await sickPico({ kind: 'flap', upMs: 30, downMs: 30 })
    for (let i = 0; i < 4; i++) expect(await (await sick.gateway.guest()).closed).toBe(1000)
  })

  it('babbles: JSON that is none, pictures that are none, on a line that stays', async () => {
    await using sick = await sickPico({ kind: 'garbage', everyMs: 50 })
    const guest = await sick.gateway.guest()
    expect((await guest.until('garbage')).text).toContain('settings.json')
    const { bytes } = (await guest.until('binary')) as unknown as { bytes: Buffer }
    expect(bytes.subarray(0, 2).toString('hex')).not.toBe('ffd8')
    await guest.until('binary')
    await guest.until('garbage')
    expect(guest.socket.readyState).toBe(guest.socket.OPEN)
  })

  it('falls silent without closing, comes back on a new line, and the old one ends late', async () => {
    const fault: Fault = { kind: 'half-open', afterMs: 80, silentMs: 250, lateCutMs: 150 }
    await using sick = await sickPico(fault)
    const guest = await sick.gateway.guest()
    await new Promise(resolve => setTimeout(resolve, 150))
    let ponged = false
    guest.socket.once('pong', () => {
      ponged = true
    })
    guest.socket.ping()
    await sick.gateway.guest()
    expect(ponged).toBe(false)
    expect(guest.socket.readyState).toBe(guest.socket.OPEN)
    expect(await guest.closed).toBe(1006)
    expect(sick.board.stats().connects).toBeGreaterThanOrEqual(2)
  })

  it('may be a camera as well', async () => {
    await using gateway = await ScriptedGateway.start()
    const fault: Fault = { kind: 'desync', afterMs: 150 }
    await using _camera = simulateEsp32Cam({ url: gateway.url, redialMs: 20, fps: 20, resolution: 'QQVGA', fault })
    const guest = await gateway.guest()
    await guest.until('frame')
    await once(guest.socket, 'error')
    await (await gateway.guest()).until('frame')
  })

  it('has a name for each way to go wrong', () => {
    const old = ['reboot', 'leak', 'stall', 'idle-cut', 'desync', 'flap', 'garbage', 'half-open']
    expect(faultKinds).toEqual([...old, 'brown-out', 'weak-signal', 'starve', 'twin'])
    expect(parseFault('stall')).toEqual({ kind: 'stall', awakeMs: 30_000, asleepMs: 10_000 })
    expect(() => parseFault('toString')).toThrow('"toString" is no fault')
  })
})
