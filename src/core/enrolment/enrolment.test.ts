import { describe, expect, it } from 'vitest'
import { Core } from '../../../tests/support/core.ts'

const minutes = 60_000

describe('the enrolment switch', () => {
  it('takes the first mode from the configuration, and the mode in the data folder ever after', async () => {
    const first = await Core.start({ mode: 'closed' })
    expect(first.enrolment.setting).toEqual({ mode: 'closed' })
    const again = await Core.start({ mode: 'open', store: first.store, clock: first.clock })
    expect(again.enrolment.setting).toEqual({ mode: 'closed' })
  })

  it('opens a window of 5 min for one board unless said otherwise', async () => {
    const core = await Core.start()
    const now = core.clock.now()
    const window = { mode: 'pairing', pairingFrom: now, admitted: 0 }
    expect(await core.enrolment.set({ mode: 'pairing' })).toEqual({
      ...window,
      pairingUntil: now + 5 * minutes,
      boards: 1,
    })
    expect(await core.enrolment.set({ mode: 'pairing', seconds: 60, boards: 3 })).toEqual({
      ...window,
      pairingUntil: now + minutes,
      boards: 3,
    })
  })

  it('admits the first boards of a window at once, and tells the owner of those that are too many', async () => {
    const core = await Core.start()
    await core.enrolment.set({ mode: 'pairing', boards: 2 })
    expect([1, 2, 3].map(() => core.enrolment.decide(true))).toEqual(['approve-now', 'approve-now', 'wait-crowded'])
    await core.flush()
    expect(core.store.rows()).toMatchObject([{ kind: 'gateway', data: { event: 'pairing_crowded', boards: 2 } }])
  })

  it('tells the owner once for each window, however many come', async () => {
    const core = await Core.start()
    for (const window of [1, 2]) {
      await core.enrolment.set({ mode: 'pairing', boards: 1 })
      for (let count = 0; count < 50; count++) core.enrolment.decide(true)
      await core.flush()
      expect(core.store.rows()).toHaveLength(window)
      core.clock.advance(1)
    }
  })

  it.each([null, 'open', { mode: 'sesame' }, ['open'], 7])(
    'takes %j in the data folder for approve, and says so',
    async stored => {
      const first = await Core.start()
      await first.store.putSetting('enrolment', stored)
      const core = await Core.start({ store: first.store, clock: first.clock, mode: 'open' })
      expect(core.enrolment.setting).toEqual({ mode: 'approve' })
      expect(core.enrolment.decide(true)).toBe('wait')
      await core.flush()
      expect(core.store.rows()).toMatchObject([{ kind: 'gateway', data: { event: 'enrolment_unreadable' } }])
    },
  )

  it('reads as approve when the window is over, to the millisecond', async () => {
    const core = await Core.start()
    await core.enrolment.set({ mode: 'pairing' })
    core.clock.advance(5 * minutes - 1)
    expect(core.enrolment.setting.mode).toBe('pairing')
    expect(core.enrolment.decide(true)).toBe('approve-now')
    core.clock.advance(1)
    expect(core.enrolment.setting).toEqual({ mode: 'approve' })
    expect(core.enrolment.decide(true)).toBe('wait')
  })

  it('does not reopen a window by a restart, whether it is over or used up', async () => {
    const core = await Core.start()
    await core.enrolment.set({ mode: 'pairing', boards: 1 })
    core.enrolment.decide(true)
    await core.flush()
    const within = await Core.start({ store: core.store, clock: core.clock, mode: 'pairing' })
    expect(within.enrolment.decide(true)).toBe('wait-crowded')
    core.clock.advance(5 * minutes)
    const after = await Core.start({ store: core.store, clock: core.clock, mode: 'pairing' })
    expect(after.enrolment.setting).toEqual({ mode: 'approve' })
    expect(after.enrolment.decide(true)).toBe('wait')
  })

  it.each(['a look', 'a newcomer', 'nobody'])(
    'keeps a window that is over closed when the clock is set back, also after a restart, noticed by %s',
    async noticedBy => {
      const core = await Core.start()
      await core.enrolment.set({ mode: 'pairing', boards: 3 })
      core.clock.advance(5 * minutes)
      if (noticedBy === 'a look') expect(core.enrolment.setting.mode).toBe('approve')
      if (noticedBy === 'a newcomer') expect(core.enrolment.decide(true)).toBe('wait')
      core.clock.setSystemClock(-4 * minutes)
      expect(core.enrolment.setting).toEqual({ mode: 'approve' })
      expect(core.enrolment.decide(true)).toBe('wait')
      await core.flush()
      const after = await Core.start({ store: core.store, clock: core.clock })
      expect(after.enrolment.setting).toEqual({ mode: 'approve' })
      expect(after.enrolment.decide(true)).toBe('wait')
    },
  )

  it('ends a window when the clock jumps past its end, for good', async () => {
    const core = await Core.start()
    await core.enrolment.set({ mode: 'pairing', boards: 3 })
    core.clock.setSystemClock(6 * minutes)
    expect(core.enrolment.decide(true)).toBe('wait')
    core.clock.setSystemClock(-6 * minutes)
    expect(core.enrolment.decide(true)).toBe('wait')
  })

  it('gives a window no more than its length, however often the clock is set back', async () => {
    const core = await Core.start()
    await core.enrolment.set({ mode: 'pairing', boards: 3 })
    core.clock.advance(4 * minutes)
    core.clock.setSystemClock(-4 * minutes)
    expect(core.enrolment.decide(true)).toBe('approve-now')
    core.clock.advance(minutes)
    expect(core.enrolment.decide(true)).toBe('wait')
  })

  it('writes the end of a window again when the disk was full', async () => {
    const core = await Core.start()
    await core.enrolment.set({ mode: 'pairing' })
    core.store.failure = new Error('disk full')
    await core.clock.pass(5 * minutes)
    core.store.failure = undefined
    await core.clock.pass(2 * minutes)
    expect(await core.store.getSetting('enrolment')).toEqual({ mode: 'approve' })
    core.enrolment.close()
  })

  it('keeps a window open over a restart while it lasts, with the places that are left', async () => {
    const core = await Core.start()
    await core.enrolment.set({ mode: 'pairing', boards: 2 })
    core.enrolment.decide(true)
    await core.flush()
    const again = await Core.start({ store: core.store, clock: core.clock })
    expect([1, 2].map(() => again.enrolment.decide(true))).toEqual(['approve-now', 'wait-crowded'])
  })

  it('closes a window for good, also when a board comes while the closing is written', async () => {
    const core = await Core.start()
    await core.enrolment.set({ mode: 'pairing', boards: 5 })
    const closing = core.enrolment.set({ mode: 'closed' })
    expect(core.enrolment.decide(true)).toBe('refuse')
    await closing
    await core.flush()
    expect(await core.store.getSetting('enrolment')).toEqual({ mode: 'closed' })
  })

  it('lets in less at once when that cannot be written yet, says so, and writes it later', async () => {
    const core = await Core.start({ mode: 'open' })
    core.store.failure = new Error('disk full')
    await expect(core.enrolment.set({ mode: 'closed' }, { type: 'host' })).rejects.toMatchObject({
      code: 'store_unavailable',
      details: { inForce: true },
    })
    expect(core.enrolment.decide(true)).toBe('refuse')
    core.store.failure = undefined
    await core.clock.pass(120_000, 1_000)
    const again = await Core.start({ store: core.store, clock: core.clock, mode: 'open' })
    expect(again.enrolment.setting).toEqual({ mode: 'closed' })
  })

  it('stays as it was when a change that lets in more cannot be written', async () => {
    const core = await Core.start({ mode: 'closed' })
    core.store.failure = new Error('disk full')
    await expect(core.enrolment.set({ mode: 'open' })).rejects.toThrow('disk full')
    expect(core.enrolment.setting).toEqual({ mode: 'closed' })
    expect(core.enrolment.decide(true)).toBe('refuse')
  })

  it('writes down who changed it', async () => {
    const core = await Core.start()
    await core.enrolment.set({ mode: 'open' }, { type: 'key', id: 'k_1', label: 'mina', role: 'owner' })
    await core.flush()
    expect(core.store.rows()).toMatchObject([
      {
        kind: 'act',
        text: 'key mina set enrolment to open',
        data: { act: 'enrolment.set', by: 'key mina', mode: 'open' },
      },
    ])
  })
})
