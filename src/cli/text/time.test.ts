import { afterEach, beforeEach, expect, test } from 'vitest'
import { formatDuration, formatTime, parseDuration, parseMoment } from './time.ts'

const zone = process.env.TZ
beforeEach(() => {
  process.env.TZ = 'Asia/Tehran'
})
afterEach(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

test('times are shown in the reader’s zone, with its offset', () => {
  expect(formatTime('2026-11-23T18:42:00.000Z', false)).toBe('2026-11-23 22:12:00 +03:30')
  process.env.TZ = 'America/New_York'
  expect(formatTime('2026-11-23T02:42:00.000Z', false)).toBe('2026-11-22 21:42:00 -05:00')
})

test('--utc shows UTC', () => {
  expect(formatTime(Date.UTC(2026, 10, 23, 18, 42, 7), true)).toBe('2026-11-23 18:42:07Z')
})

test('what is no time is left empty', () => {
  expect([formatTime(undefined, false), formatTime(null, true), formatTime('soon', true)]).toEqual(['', '', ''])
})

test.each([
  ['250ms', 250],
  ['90s', 90_000],
  ['15m', 900_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['30d', 2_592_000_000],
  ['2w', 1_209_600_000],
])('%s is a duration', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', '30', 'h', '-5m', '5 m', '5m later', '1.2.3h', '1y'])('"%s" is no duration', text => {
  expect(parseDuration(text)).toBeUndefined()
})

test.each([
  [40, '40 ms'],
  [1_000, '1 s'],
  [59_999, '1 min'],
  [3_600_000, '1 h'],
  [3_660_000, '1 h 1 min'],
  [3_601_000, '1 h'],
  [273_600_000, '3 d 4 h'],
])('%i ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('a moment is an age, a day, or a time', () => {
  const now = Date.UTC(2026, 10, 23, 12)
  expect(parseMoment('2h', now)).toBe(Date.UTC(2026, 10, 23, 10))
  expect(parseMoment('2026-11-23', now)).toBe(Date.UTC(2026, 10, 22, 20, 30))
  expect(parseMoment('2026-11-23 13:30', now)).toBe(Date.UTC(2026, 10, 23, 10))
  expect(parseMoment('2026-11-23T10:00:00Z', now)).toBe(Date.UTC(2026, 10, 23, 10))
  expect(parseMoment('yesterday', now)).toBeUndefined()
  expect(parseMoment('2026-13-45', now)).toBeUndefined()
})
