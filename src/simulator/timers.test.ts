import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Readings } from './readings.ts'
import { Timers } from './timers.ts'

describe('timers that end with their owner', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('keep their beat and make up for nothing they missed', () => {
    const turnsMs: number[] = []
    using timers = new Timers()
    timers.every(100, () => {
      turnsMs.push(performance.now())
      // The second call is busy for two periods and a half.
      if (turnsMs.length === 2) vi.advanceTimersByTime(250)
    })
    const startedMs = performance.now()
    vi.advanceTimersByTime(800)
    expect(turnsMs.map(ms => ms - startedMs)).toEqual([100, 200, 500, 600, 700, 800, 900, 1000])
  })

  it('stop when told, and all of them with their owner', () => {
    const timers = new Timers()
    let turns = 0
    const stop = timers.every(10, () => turns++)
    vi.advanceTimersByTime(30)
    stop()
    vi.advanceTimersByTime(30)
    expect(turns).toBe(3)
    timers.every(10, () => turns++)
    timers.after(10, () => turns++)
    timers[Symbol.dispose]()
    timers.after(10, () => turns++)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('readings of a sensor', () => {
  it('wait until they are acknowledged, the newest 32 of them', () => {
    const readings = new Readings()
    for (let i = 0; i < 40; i++) readings.take(i * 1000)
    expect(readings.toSend().map(reading => reading.sequence)).toEqual(Array.from({ length: 32 }, (_, i) => i + 9))
    expect(readings.confirm(40)).toBe(true)
    for (const strange of [40, 1, '9', undefined]) expect(readings.confirm(strange)).toBe(false)
    expect(readings.toSend()).toHaveLength(31)
    expect(readings).toMatchObject({ sent: 63, acknowledged: 1 })
    readings.forget()
    expect(readings.toSend()).toEqual([])
  })
})
