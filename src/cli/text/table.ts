import { columnsOf } from './plain.ts'

export interface Column {
  head: string
  /** Numbers read better on the right. */
  align?: 'left' | 'right'
}

export interface Cell {
  text: string
  /** Puts colour around the finished cell. Padding stays outside, so that columns stay aligned. */
  paint?: (text: string) => string
}

/** Aligned lines, the head first. The last column is not padded, so lines have no trailing spaces. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string[] {
  const head = columns.map((column): Cell => ({ text: column.head }))
  const widths = columns.map((_, at) => Math.max(...[head, ...rows].map(row => columnsOf(row[at]?.text ?? ''))))
  return [head, ...rows].map(row =>
    columns
      .map((column, at) => {
        const cell = row[at] ?? { text: '' }
        const gap = ' '.repeat(widths[at]! - columnsOf(cell.text))
        const shown = cell.paint ? cell.paint(cell.text) : cell.text
        return column.align === 'right' ? gap + shown : at === columns.length - 1 ? shown : shown + gap
      })
      .join('  ')
      .trimEnd(),
  )
}

/** `name  value` lines for one thing. Fields without a value are left out. */
export function fields(entries: readonly (readonly [name: string, value: string | undefined])[]): string[] {
  const shown = entries.filter((entry): entry is readonly [string, string] => !!entry[1])
  const width = Math.max(0, ...shown.map(([name]) => columnsOf(name)))
  return shown.map(([name, value]) => `${name}${' '.repeat(width - columnsOf(name))}  ${value}`)
}
