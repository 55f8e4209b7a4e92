import { expect, test } from 'vitest'
import { fields, table } from './table.ts'

test('columns line up, whatever script a cell is written in', () => {
  const lines = table(
    [{ head: 'NAME' }, { head: 'FPS', align: 'right' }, { head: 'NOTE' }],
    [
      [{ text: 'roof' }, { text: '9' }, { text: 'fine' }],
      [{ text: '日本-cam' }, { text: '12' }, { text: '' }],
    ],
  )
  expect(lines).toEqual(['NAME      FPS  NOTE', 'roof        9  fine', '日本-cam   12'])
})

test('colour does not shift the columns', () => {
  const paint = (text: string) => `\u001b[32m${text}\u001b[39m`
  const [, row] = table([{ head: 'PRESENCE' }, { head: 'X' }], [[{ text: 'online', paint }, { text: '1' }]])
  expect(row).toBe('\u001b[32monline\u001b[39m    1')
})

test('a table without rows is its head', () => {
  expect(table([{ head: 'NAME' }, { head: 'KIND' }], [])).toEqual(['NAME  KIND'])
})

test('fields line up and leave out what is not known', () => {
  expect(
    fields([
      ['name', 'roof'],
      ['memory', undefined],
      ['firmware', '1.0'],
    ]),
  ).toEqual(['name      roof', 'firmware  1.0'])
})
