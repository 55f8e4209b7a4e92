import { expect, test } from 'vitest'
import { columnsOf, plain, plainJson } from './plain.ts'

test.each([
  ['colour', '\u001b[31mred\u001b[0m', 'red'],
  ['a cleared screen', '\u001b[2J\u001b[Hgone', 'gone'],
  ['a window title', '\u001b]0;owned\u0007hello', 'hello'],
  ['a link', '\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\', 'click'],
  ['a sequence in eight-bit form', 'a\u009b31mb', 'ab'],
  ['a sequence that never ends', 'x\u001b]0;half', 'xalf'],
  ['sequences hidden in one another', '\u001b\u001b[31m[2Jhi', '[2Jhi'],
  ['a second line', 'fine\r\ndarvaza: all boards are gone', 'fine darvaza: all boards are gone'],
  ['a turned reading order', 'photo\u202egpj.exe', 'photogpj.exe'],
])('%s in a board’s words does not reach the terminal', (_, hostile, safe) => {
  expect(plain(hostile)).toBe(safe)
})

test('Persian keeps its joining characters', () => {
  expect(plain('می‌شود ‎/ws')).toBe('می‌شود ‎/ws')
})

test('what is not text is shown as JSON', () => {
  expect(plain({ servo1: 90 })).toBe('{"servo1":90}')
  expect(plain(undefined)).toBe('')
})

test('JSON holds no byte a terminal would obey, and still the same value', () => {
  const value = { message: '\u001b[2J\u009b31m\u202e\u007fسلام' }
  const json = plainJson(value)
  expect(json).toMatch(/^[ -~\u0600-\u06ff]*$/)
  expect(JSON.parse(json)).toEqual(value)
})

test.each([
  ['pico-ab12', 9],
  ['سلام', 4],
  ['می‌شود', 5],
  ['日本', 4],
  ['👍🏽', 2],
  ['é', 1],
])('%s takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns)
})
