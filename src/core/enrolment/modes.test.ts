import { describe, expect, it } from 'vitest'
import { decideOnNewcomer, type EnrolmentSetting, type NewcomerDecision, windowIsOpen } from './modes.ts'

const from = 1_000_000
const until = 1_300_000
const window: EnrolmentSetting = { mode: 'pairing', pairingFrom: from, pairingUntil: until, boards: 2, admitted: 0 }

describe('what happens to a newcomer', () => {
  const table: [string, EnrolmentSetting, boolean, number, NewcomerDecision][] = [
    ['approve', { mode: 'approve' }, true, from, 'wait'],
    ['approve, with an old claim', { mode: 'approve' }, false, from, 'wait'],
    ['open', { mode: 'open' }, true, from, 'approve-now'],
    ['open, with an old claim', { mode: 'open' }, false, from, 'wait'],
    ['closed', { mode: 'closed' }, true, from, 'refuse'],
    ['closed, with an old claim', { mode: 'closed' }, false, from, 'refuse'],
    ['pairing, at the first moment', window, true, from, 'approve-now'],
    ['pairing, at the last millisecond', window, true, until - 1, 'approve-now'],
    ['pairing, when the window is over', window, true, until, 'wait'],
    ['pairing, before it began, by a clock set back', window, true, from - 1, 'wait'],
    ['pairing, with an old claim', window, false, from, 'wait'],
    ['pairing, as the second of two', { ...window, admitted: 1 }, true, from, 'approve-now'],
    ['pairing, as one too many', { ...window, admitted: 2 }, true, from, 'wait-crowded'],
    ['pairing, as one too many with an old claim', { ...window, admitted: 2 }, false, from, 'wait'],
    ['pairing, as one too many, when it is over', { ...window, admitted: 2 }, true, until, 'wait'],
    [
      'pairing for one board unless said',
      { mode: 'pairing', pairingUntil: until, admitted: 1 },
      true,
      from,
      'wait-crowded',
    ],
    ['pairing without an end, as no gateway writes it', { mode: 'pairing' }, true, from, 'wait'],
  ]
  it.each(table)('in mode %s', (_name, setting, fresh, now, verdict) => {
    expect(decideOnNewcomer(setting, fresh, now)).toBe(verdict)
  })
})

describe('the window', () => {
  it('is open from its first to its last millisecond', () => {
    expect([from - 1, from, until - 1, until].map(now => windowIsOpen(window, now))).toEqual([false, true, true, false])
    expect(windowIsOpen({ ...window, mode: 'approve' }, from)).toBe(false)
  })
})
