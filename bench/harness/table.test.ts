import { expect, test } from 'vitest'
import type { Row } from './claim.ts'
import { id, line, markdown, parse } from './table.ts'

const row: Row = { work: 'fan-out', server: 'darvaza', measured: '', figure: 0.8, unit: '× ceiling', better: 'higher' }
const committed = (figure: number, more: Partial<Row> = {}) =>
  line('fanout', { ...row, ...more, figure }, undefined, 'abc')

test('reads back the table that it wrote', () => {
  const written = [committed(0.8), committed(12_345, { server: 'bare ws', unit: 'per CPU-s', note: 'p99 3 ms' })]
  const found = parse(markdown(written))
  expect([...found.values()]).toEqual(written)
  expect([...found.keys()]).toEqual(written.map(id))
})

test('marks a figure that got worse by more than a tenth', () => {
  expect(line('fanout', { ...row, figure: 0.71 }, committed(0.8), '').was).toBe('0.8 **worse by 11%**')
  expect(line('fanout', { ...row, figure: 0.73 }, committed(0.8), '').was).toBe('0.8')
  expect(line('fanout', { ...row, figure: 1.6 }, committed(0.8), '').was).toBe('0.8')
})

test('knows which way is worse, also beyond a thousand', () => {
  const handshakes: Partial<Row> = { figure: 8_000, unit: 'per CPU-s' }
  expect(line('connect', { ...row, ...handshakes }, committed(10_000), '').was).toBe('10,000 **worse by 20%**')
  expect(line('start', { ...row, figure: 1_200, better: 'lower' }, committed(1_000), '').was).toBe(
    '1,000 **worse by 20%**',
  )
  expect(line('start', { ...row, figure: 800, better: 'lower' }, committed(1_000), '').was).toBe('1,000')
})

test('a loss where there was none is worse, however small', () => {
  expect(line('journal', { ...row, figure: 1, better: 'lower' }, committed(0), '').was).toBe('0 **worse**')
  expect(line('journal', { ...row, figure: 0, better: 'lower' }, committed(0), '').was).toBe('0')
})

test('says of each floor and goal whether it is reached', () => {
  const of = line('fanout', { ...row, floor: 0.75, goal: 0.87 }, undefined, '')
  expect([of.floor, of.goal]).toEqual(['0.75 ✓', '0.87 ✗'])
  const lost = line('journal', { ...row, figure: 0, better: 'lower', floor: 0 }, undefined, '')
  expect(lost.floor).toBe('0 ✓')
})
