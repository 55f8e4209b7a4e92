import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../tests/support/fake-clock.ts'
import { boundaryNames } from './boundaries.ts'
import { describeError } from './describe.ts'
import { atBoundary, type FaultReport, Faults, guardedClock } from './faults.ts'

function setUp() {
  const clock = new FakeClock()
  const faults = new Faults(clock)
  const reports: FaultReport[] = []
  faults.reportTo(report => reports.push(report))
  return { clock, faults, reports }
}

describe('faults', () => {
  it('are counted each, and reported once a minute and boundary: the first at once, then how many', () => {
    const { clock, faults, reports } = setUp()
    for (let n = 0; n < 1_000; n++) faults.caught('handshake', new RangeError('x'), () => ({ headers: n }))
    faults.caught('board', new Error('x'))
    expect(reports.map(({ boundary, count }) => [boundary, count])).toEqual([
      ['handshake', 1],
      ['board', 1],
    ])
    clock.advance(59_999)
    expect(reports).toHaveLength(2)
    clock.advance(1)
    expect(reports[2]).toMatchObject({ boundary: 'handshake', count: 999, error: 'RangeError', shape: { headers: 1 } })
    clock.advance(60_000)
    faults.caught('handshake', new Error('x'))
    expect(reports).toHaveLength(4)
    expect(reports[3]).toMatchObject({ boundary: 'handshake', count: 1 })
    expect(faults.counts.get('handshake')).toBe(1_001)
    expect([...faults.counts.keys()]).toEqual(boundaryNames)
  })

  it('leave no timer behind, and report what waited', () => {
    const { clock, faults, reports } = setUp()
    const before = clock.timers
    for (let n = 0; n < 3; n++) faults.caught('page', new Error('x'))
    faults[Symbol.dispose]()
    expect(reports.map(({ count }) => count)).toEqual([1, 2])
    expect(clock.timers).toBe(before)
  })

  it('are reported whatever a shape or another reporter throws', () => {
    const { faults, reports } = setUp()
    faults.reportTo(() => {
      faults.caught('page', new Error('in a reporter'))
      throw new Error('in a reporter')
    })
    const shape = () => {
      throw new Error('no shape')
    }
    faults.caught('page', new Error('x'), shape)
    expect(reports).toMatchObject([{ count: 1, shape: {} }])
    expect(faults.counts.get('page')).toBe(2)
  })

  it('close what is concerned, and are reported where that fails too', () => {
    const { faults, reports } = setUp()
    let closed = 0
    const fail = () => {
      throw new TypeError('x')
    }
    atBoundary(faults, 'viewer', fail, () => closed++)
    expect(closed).toBe(1)
    atBoundary(faults, 'viewer', fail, fail)
    expect(reports.map(({ boundary }) => boundary)).toEqual(['viewer', 'closing'])
  })

  it('in a timer are reported, and all other timers go on', () => {
    const { clock, faults, reports } = setUp()
    const guarded = guardedClock(clock, faults)
    let turns = 0
    guarded.after(10, () => {
      throw new Error('x')
    })
    guarded.after(10, () => turns++)
    clock.advance(10)
    expect(turns).toBe(1)
    expect(reports).toMatchObject([{ boundary: 'timer', count: 1 }])
  })
})

describe('the description of an exception', () => {
  it('names its class, its code and the functions, and never says its message', () => {
    const secret = 'dvz_secret'
    function findsNothing() {
      throw Object.assign(new TypeError(`${secret}\n    at ${secret} (${secret}.ts:1:1)`), { code: 'ERR_X' })
    }
    try {
      findsNothing()
    } catch (error) {
      const described = describeError(error)
      expect(described).toEqual({
        error: 'TypeError ERR_X',
        at: expect.arrayContaining([expect.stringMatching(/^findsNothing faults\.test\.ts:\d+$/)]),
      })
      expect(described.at.length).toBeLessThanOrEqual(3)
      expect(JSON.stringify(described)).not.toContain(secret)
    }
  })

  it('knows how Node heads the stack of its own errors', () => {
    try {
      Buffer.alloc('x' as never)
    } catch (error) {
      expect(describeError(error)).toMatchObject({ error: 'TypeError ERR_INVALID_ARG_TYPE', at: { length: 3 } })
    }
  })

  it('takes whatever was thrown', () => {
    const odd = Object.assign(new Error('x'), { name: 'a name\nwith lines', code: 'also\nodd' })
    for (const thrown of [undefined, null, 'a secret', 7, { a: 1 }, odd, Object.assign(new Error('x'), { stack: 3 })])
      expect(JSON.stringify(describeError(thrown))).not.toMatch(/secret|lines|odd/)
    expect(describeError('a secret')).toEqual({ error: 'a thrown string', at: [] })
  })

  it('reads no frame from a message that was changed afterwards', () => {
    const error = new Error('first')
    expect(error.stack).toContain('first')
    error.message = 'second'
    expect(describeError(error).at).toEqual([])
  })
})
