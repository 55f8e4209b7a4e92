import { describe, expect, it } from 'vitest'
import type { DeviceState } from '#protocol/vocabulary.ts'
import { type Device, presenceOf } from './device.ts'

const gone = (change: Partial<Device>): Device => ({
  id: 'd_one',
  name: 'one',
  kind: 'pico',
  state: 'active',
  source: 'claim',
  tags: [],
  createdAt: 0,
  ...change,
})

describe('presence', () => {
  it('is online with a connection', () => {
    expect(presenceOf(gone({ connectionId: 'c_1', disconnectedAt: 0 }), 10)).toBe('online')
  })

  it('is reconnecting for a minute after it went, and offline then', () => {
    const device = gone({ disconnectedAt: 1_000 })
    expect(presenceOf(device, 1_000)).toBe('reconnecting')
    expect(presenceOf(device, 60_999)).toBe('reconnecting')
    expect(presenceOf(device, 61_000)).toBe('offline')
  })

  it('is offline for one that never came', () => {
    expect(presenceOf(gone({}), 10)).toBe('offline')
  })

  it.each<[DeviceState, string]>([
    ['active', 'reconnecting'],
    ['pending', 'reconnecting'],
    ['blocked', 'offline'],
    ['removed', 'offline'],
  ])('of a device that is %s and just went is %s, as only some may come back', (state, presence) => {
    expect(presenceOf(gone({ state, disconnectedAt: 1_000 }), 1_001)).toBe(presence)
  })
})
