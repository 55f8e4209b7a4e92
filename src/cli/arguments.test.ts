import { expect, test } from 'vitest'
import { decimal, duration, moment, parameter, several, tag, wholeNumber } from './arguments.ts'

test('a whole number stays in its range', () => {
  const angle = wholeNumber(0, 180)
  expect([angle('0'), angle('90'), angle('180')]).toEqual([0, 90, 180])
  for (const wrong of ['181', '-1', '1.5', '1e2', '0x10', '', ' 9', 'ninety'])
    expect(() => angle(wrong)).toThrow('a whole number from 0 to 180')
})

test('a decimal number stays in its range', () => {
  expect(decimal(0.1, 60)('7.5')).toBe(7.5)
  for (const wrong of ['0', '61', '-2', 'fast', '1e1']) expect(() => decimal(0.1, 60)(wrong)).toThrow('from 0.1 to 60')
})

test('a duration names its unit, and is longer than nothing', () => {
  expect(duration('1h30m')).toBe(5_400_000)
  for (const wrong of ['90', '0s', 'long']) expect(() => duration(wrong)).toThrow('a duration like 90s')
})

test('a moment is an age or a time', () => {
  expect(moment('2026-11-23T18:42:00Z')).toBe(Date.UTC(2026, 10, 23, 18, 42))
  expect(() => moment('last week')).toThrow('an age like 2h')
})

test('a tag is written with or without its sign', () => {
  expect([tag('#garden'), tag('garden')]).toEqual(['garden', 'garden'])
  expect(() => tag('#')).toThrow('A tag is a word')
})

test('a flag given several times adds up', () => {
  const tags = several(tag)
  expect(tags('#b', tags('a', undefined))).toEqual(['a', 'b'])
})

test('a parameter has a name, and a value of its own sort', () => {
  expect(['quality=80', 'flash=true', 'zoom=-1.5', 'mode=a=b', 'note='].map(parameter)).toEqual([
    ['quality', 80],
    ['flash', true],
    ['zoom', -1.5],
    ['mode', 'a=b'],
    ['note', ''],
  ])
  for (const wrong of ['quality', '=80', '9=1']) expect(() => parameter(wrong)).toThrow('like quality=80')
})
