import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitMove } from './split-move.ts'

const degrees = fc.integer({ min: 0, max: 180 })
const angles = fc.record({ servo1: degrees, servo2: degrees })
const step = fc.integer({ min: 1, max: 180 })

describe('a split move', () => {
  it('ends exactly where it shall, in whole degrees, each step at most as long as allowed', () => {
    fc.assert(
      fc.property(angles, angles, step, (from, to, stepDegrees) => {
        const steps = splitMove(from, to, stepDegrees)
        expect(steps.at(-1)).toEqual(to)
        let before = from
        for (const next of steps) {
          for (const servo of ['servo1', 'servo2'] as const) {
            expect(Number.isInteger(next[servo])).toBe(true)
            expect(Math.abs(next[servo] - before[servo])).toBeLessThanOrEqual(stepDegrees)
          }
          before = next
        }
      }),
    )
  })

  it('never turns back on its way, and makes no step for nothing', () => {
    fc.assert(
      fc.property(angles, angles, step, (from, to, stepDegrees) => {
        const steps = [from, ...splitMove(from, to, stepDegrees)]
        for (const servo of ['servo1', 'servo2'] as const) {
          const direction = Math.sign(to[servo] - from[servo])
          for (let index = 1; index < steps.length; index++)
            expect([0, direction]).toContain(Math.sign(steps[index]![servo] - steps[index - 1]![servo]))
        }
        const farthest = Math.max(Math.abs(to.servo1 - from.servo1), Math.abs(to.servo2 - from.servo2))
        expect(steps.length - 1).toBe(Math.max(1, Math.ceil(farthest / stepDegrees)))
      }),
    )
  })

  it('is one step when it is short, when it is none, and when nobody knows where it starts', () => {
    const to = { servo1: 180, servo2: 90 }
    expect(splitMove(undefined, to, 45)).toEqual([to])
    expect(splitMove(to, to, 45)).toEqual([to])
    expect(splitMove({ servo1: 135, servo2: 90 }, to, 45)).toEqual([to])
  })

  it('across the whole range takes four steps of 45 degrees', () => {
    expect(splitMove({ servo1: 0, servo2: 180 }, { servo1: 180, servo2: 180 }, 45)).toEqual([
      { servo1: 45, servo2: 180 },
      { servo1: 90, servo2: 180 },
      { servo1: 135, servo2: 180 },
      { servo1: 180, servo2: 180 },
    ])
  })
})
