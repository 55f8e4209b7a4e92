import { expect, test } from 'vitest'
import { medianInterval } from './median-interval.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

test.each([
  // Number of values, lowest rank and highest rank, from tables of the sign test for 95 %.
  [6, 1, 6],
  [10, 2, 9],
  [20, 6, 15],
])('of %i values lies between ranks %i and %i', (count, low, high) => {
  expect(medianInterval(numbers(count).toReversed())).toEqual([low, high])
})

test('of five values is the whole range, as no narrower one is sure enough', () => {
  expect(medianInterval(numbers(5))).toEqual([1, 5])
})
