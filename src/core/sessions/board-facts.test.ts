import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Device } from '../devices/device.ts'
import { readFacts } from './board-facts.ts'

const device: Device = {
  id: 'd_1',
  name: 'one',
  kind: 'pico',
  state: 'active',
  source: 'claim',
  tags: [],
  createdAt: 0,
}
const read = (message: Record<string, unknown>, known: Partial<Device> = {}, token?: string) =>
  readFacts(message, { ...device, ...known }, token)

describe('facts', () => {
  it('are read from whichever message tells them, under the names that firmwares use', () => {
    expect(
      read({
        type: 'connect',
        version: '1.2',
        memory_free: 1000,
        rssi: -60,
        uptime: 5,
        servo1_angle: 1,
        servo2_angle: 2,
      }),
    ).toEqual({ firmware: '1.2', memoryFreeBytes: 1000, signalDbm: -60, uptimeS: 5, angles: { servo1: 1, servo2: 2 } })
    expect(read({ free_heap: 7, wifi_rssi: -1 })).toEqual({ memoryFreeBytes: 7, signalDbm: -1 })
    expect(read({ signal: -99 })).toEqual({ signalDbm: -99 })
  })

  it('are nothing when nothing is new', () => {
    expect(read({ type: 'ping' })).toBeUndefined()
    expect(
      read(
        { memory_free: 5, version: '1', servo1_angle: 1, servo2_angle: 2 },
        {
          memoryFreeBytes: 5,
          firmware: '1',
          angles: { servo1: 1, servo2: 2 },
        },
      ),
    ).toBeUndefined()
    expect(read({ version: 'x'.repeat(100) }, { firmware: 'x'.repeat(64) })).toBeUndefined()
  })

  it('are not believed when they cannot be', () => {
    for (const odd of [
      { memory_free: -1 },
      { memory_free: 1e300 },
      { memory_free: '12' },
      { rssi: 5 },
      { rssi: -500 },
      { uptime: -1 },
      { uptime: null },
      { version: 7 },
      { version: { a: 1 } },
      { servo1_angle: 90 },
      { servo1_angle: 181, servo2_angle: 90 },
      { servo1_angle: '90', servo2_angle: '90' },
    ])
      expect(read(odd as Record<string, unknown>), JSON.stringify(odd)).toBeUndefined()
  })

  it('never hold the token, nor its beginning', () => {
    const token = 'a-shared-token-of-a-fleet:0123456789-0123456789-0123456789-0123456789'
    expect(read({ version: token }, {}, token)).toEqual({ firmware: '[token]' })
    expect(read({ version: `${'v'.repeat(40)} ${token}` }, {}, token)?.firmware).toBe(`${'v'.repeat(40)} [token]`)
  })

  it('are short and within bounds, whatever is said', () => {
    const value = fc.oneof(fc.string(), fc.double(), fc.jsonValue())
    fc.assert(
      fc.property(
        fc.record({
          version: value,
          memory_free: value,
          rssi: value,
          uptime: value,
          servo1_angle: value,
          servo2_angle: value,
        }),
        message => {
          const facts = read(message) ?? {}
          expect(facts.firmware?.length ?? 0).toBeLessThanOrEqual(64)
          for (const number of [facts.memoryFreeBytes, facts.signalDbm, facts.uptimeS, facts.angles?.servo1])
            expect(number === undefined || Number.isFinite(number)).toBe(true)
        },
      ),
    )
  })
})
