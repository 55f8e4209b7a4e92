import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clampAngle, Servos } from './servo.ts'

function servosAtZero() {
  const clock = { nowMs: 0 }
  return { clock, servos: new Servos(() => clock.nowMs) }
}

describe('virtual servos', () => {
  it('stand at 90 degrees after a boot', () => {
    expect(servosAtZero().servos.angles).toEqual({ servo1: 90, servo2: 90 })
  })

  it('take 16 s for a smooth sweep of 140 degrees', () => {
    const { clock, servos } = servosAtZero()
    clock.nowMs += servos.turn({ servo1: 20, servo2: 20 }, 'fast')
    expect(servos.turn({ servo1: 160, servo2: 20 }, 'smooth')).toBeCloseTo(16_000)
  })

  it('take 0.3 s for 60 degrees when not asked to be smooth', () => {
    expect(servosAtZero().servos.turn({ servo1: 150, servo2: 90 }, 'fast')).toBeCloseTo(300)
  })

  it('are half way at half time, and stay once there', () => {
    const { clock, servos } = servosAtZero()
    const tookMs = servos.turn({ servo1: 130, servo2: 70 }, 'smooth')
    clock.nowMs = tookMs / 4
    expect(servos.angles).toEqual({ servo1: 100, servo2: 80 })
    clock.nowMs = tookMs / 2
    expect(servos.angles).toEqual({ servo1: 110, servo2: 70 })
    clock.nowMs = tookMs * 10
    expect(servos.angles).toEqual({ servo1: 130, servo2: 70 })
  })

  it('start a new turn from where they are', () => {
    const { clock, servos } = servosAtZero()
    clock.nowMs = servos.turn({ servo1: 130, servo2: 90 }, 'smooth') / 2
    expect(servos.turn({ servo1: 90, servo2: 90 }, 'fast')).toBeCloseTo(100)
    expect(servos.angles).toEqual({ servo1: 110, servo2: 90 })
  })

  it('turn a missing angle into 90, as the firmware does', () => {
    const { clock, servos } = servosAtZero()
    clock.nowMs = servos.turn({ servo1: 30, servo2: 40 }, 'fast')
    clock.nowMs += servos.turn({ servo1: 30 }, 'fast')
    expect(servos.angles).toEqual({ servo1: 30, servo2: 90 })
  })

  it('never leave 20..160, whatever they are told', () => {
    fc.assert(
      fc.property(fc.anything(), wanted => {
        expect(clampAngle(wanted)).toBeGreaterThanOrEqual(20)
        expect(clampAngle(wanted)).toBeLessThanOrEqual(160)
        expect(Number.isInteger(clampAngle(wanted))).toBe(true)
      }),
    )
    expect([0, 20, 47.9, 160, 180].map(clampAngle)).toEqual([20, 20, 47, 160, 160])
  })
})
