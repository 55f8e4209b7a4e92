import { expect, test } from 'vitest'
import { wrap } from './wrap.ts'

test('text is broken between words', () => {
  expect(wrap('Is the gateway running, and on this port?', 16)).toEqual([
    'Is the gateway',
    'running, and on',
    'this port?',
  ])
})

test('a word that is longer than a line stands alone', () => {
  expect(wrap('see proxy_set_header_upgrade now', 10)).toEqual(['see', 'proxy_set_header_upgrade', 'now'])
})

test('nothing is no line', () => {
  expect(wrap('', 10)).toEqual([])
})
