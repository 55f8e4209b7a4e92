import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../tests/support/fake-clock.ts'
import { keepJournalSmall } from './retention.ts'

const limits = { journalMaxAgeMs: 30 * 86_400_000, journalMaxBytes: 1_000 }

function started(prune: () => Promise<number> = async () => 0) {
  const clock = new FakeClock()
  const asked: { olderThanMs: number; maxBytes: number }[] = []
  const errors: unknown[] = []
  const store = {
    prune: (bounds: (typeof asked)[number]) => {
      asked.push(bounds)
      return prune()
    },
  }
  return { clock, asked, errors, stop: keepJournalSmall(store, clock, limits, error => errors.push(error)) }
}

describe('retention', () => {
  it('looks after the journal half a minute after the start, and then every 10 min', async () => {
    const { clock, asked } = started()
    await clock.pass(29_999)
    expect(asked).toHaveLength(0)
    await clock.pass(1)
    expect(asked).toEqual([{ olderThanMs: clock.now() - limits.journalMaxAgeMs, maxBytes: 1_000 }])
    await clock.pass(599_999)
    expect(asked).toHaveLength(1)
    await clock.pass(1)
    expect(asked).toHaveLength(2)
  })

  it('never tidies twice at once', async () => {
    const { clock, asked } = started(() => new Promise(() => {}))
    await clock.pass(3_600_000, 60_000)
    expect(asked).toHaveLength(1)
  })

  it('goes on after a failure, and tells of it', async () => {
    const { clock, asked, errors } = started(() => Promise.reject(new Error('disk full')))
    await clock.pass(1_300_000, 10_000)
    expect([asked.length, errors.length]).toEqual([3, 3])
  })

  it('ends when it is told to, leaving no timer', async () => {
    const { clock, asked, stop } = started()
    await clock.pass(30_000)
    stop()
    await clock.pass(3_600_000)
    expect([asked.length, clock.timers]).toEqual([1, 0])
  })

  it('ends when it is told to in the middle, and is silent about what fails then', async () => {
    let fail: (error: Error) => void = () => {}
    const { clock, errors, stop } = started(() => new Promise((_, reject) => (fail = reject)))
    await clock.pass(30_000)
    stop()
    fail(new Error('closed'))
    await clock.pass(3_600_000)
    expect([errors.length, clock.timers]).toEqual([0, 0])
  })
})
