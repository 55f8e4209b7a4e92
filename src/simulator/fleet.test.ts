import { describe, expect, it } from 'vitest'
import { ScriptedGateway } from '../../tests/support/scripted-gateway.ts'
import { type BoardEvent, simulateFleet } from './simulator.ts'

const small = { resolution: 'QQVGA', fps: 10 }

describe('a fleet of virtual boards', () => {
  it('comes up with a token for each board, and none fetched in vain', async () => {
    await using gateway = await ScriptedGateway.start()
    await using fleet = simulateFleet({ url: gateway.url, picos: 4, cameras: 4, spreadMs: 1_600, camera: small })
    const tokens = new Set<string>()
    for (let i = 0; i < 8; i++) tokens.add((await gateway.guest()).request.headers.authorization!)
    expect(tokens.size).toBe(8)
    expect(gateway.minted).toBeLessThan(8)
    await expect.poll(() => fleet.stats().online).toBe(8)
    await expect.poll(() => fleet.stats().framesSent, { timeout: 5000 }).toBeGreaterThan(8)
    expect(fleet.boards().filter(board => board.device === 'pico')).toHaveLength(4)
    expect(fleet.stats()).toMatchObject({ boards: 8, connects: 8, refusals: 0, reboots: 0 })
  })

  it('names its boards, and sends the names where all share one secret', async () => {
    await using gateway = await ScriptedGateway.start()
    const tokens = { pico: 'shared-pico', esp32cam: 'shared-cam' }
    const events: BoardEvent[] = []
    await using _fleet = simulateFleet({
      url: gateway.url,
      picos: 2,
      cameras: 1,
      spreadMs: 0,
      tokens,
      namePrefix: 'load',
      camera: small,
      onEvent: event => events.push(event),
    })
    const guests = [await gateway.guest(), await gateway.guest(), await gateway.guest()]
    const ids = guests.map(guest => guest.request.headers['x-device-id']).sort()
    expect(ids).toEqual(['load-cam-1', 'load-pico-1', 'load-pico-2'])
    expect(new Set(guests.map(guest => guest.request.headers.authorization))).toEqual(
      new Set(['Bearer shared-pico', 'Bearer shared-cam']),
    )
    expect(gateway.minted).toBe(0)
    expect(new Set(events.map(event => event.board))).toEqual(new Set(ids))
  })

  it('spreads its starts', async () => {
    await using gateway = await ScriptedGateway.start()
    const startedMs = performance.now()
    await using fleet = simulateFleet({ url: gateway.url, picos: 3, spreadMs: 400 })
    await gateway.guest()
    expect(fleet.stats().boards).toBeLessThan(3)
    await gateway.guest()
    await gateway.guest()
    expect(performance.now() - startedMs).toBeGreaterThan(390)
  })

  it('goes down as a whole, also while it is still coming up, and leaves no timer and no socket', async () => {
    await using gateway = await ScriptedGateway.start()
    const power = new AbortController()
    const left = () => process.getActiveResourcesInfo().filter(name => /Timeout|TCPSocket/.test(name)).length
    const before = left()
    const options = { url: gateway.url, picos: 20, cameras: 5, camera: small, spreadMs: 300, signal: power.signal }
    const fleet = simulateFleet({ ...options, pico: { fault: 'half-open' } })
    for (let i = 0; i < 5; i++) await gateway.guest()
    power.abort()
    await fleet.done
    expect(fleet.stats().online).toBe(0)
    expect(fleet.boards().every(board => board.state === 'off')).toBe(true)
    await expect.poll(left).toBeLessThanOrEqual(before)
  })
})
