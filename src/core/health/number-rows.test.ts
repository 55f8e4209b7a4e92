import { expect, it } from 'vitest'
import { NumberRows } from './number-rows.ts'

it('rows take back what they gave, also as a part of a larger buffer', () => {
  const rows = new NumberRows(3, 10)
  rows.push([1, 2, 3])
  rows.push([4, 5, 6])
  const pooled = Buffer.from(Buffer.from(rows.toBytes()).toString('base64'), 'base64')
  const back = new NumberRows(3, 10)
  back.fill(pooled)
  expect(back.length).toBe(2)
  expect([0, 1].map(row => [0, 1, 2].map(column => back.get(row, column)))).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ])
})
