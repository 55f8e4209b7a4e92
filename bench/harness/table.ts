import { type Row, round } from './claim.ts'

const columns = [
  'claim',
  'work',
  'server',
  'measured',
  'figure',
  'floor',
  'goal',
  'rounds',
  'was',
  'commit',
  'note',
] as const
export type Line = Record<(typeof columns)[number], string>

/** A figure that is worse than the committed one by this share is marked. */
const worseBy = 0.1

export function line(claim: string, row: Row, was: Line | undefined, commit: string): Line {
  return {
    claim,
    work: row.work,
    server: row.server,
    measured: row.measured,
    figure: row.figure === undefined ? '' : `${round(row.figure)} ${row.unit}`,
    floor: target(row, row.floor),
    goal: target(row, row.goal),
    rounds: row.spread ? row.spread.map(round).join(' – ') : '',
    was: before(row, was),
    commit,
    note: row.note ?? '',
  }
}

function target(row: Row, value: number | undefined): string {
  if (value === undefined || row.figure === undefined) return ''
  const reached = row.better === 'higher' ? row.figure >= value : row.figure <= value
  return `${round(value)} ${reached ? '✓' : '✗'}`
}

function before(row: Row, was: Line | undefined): string {
  const old = Number.parseFloat((was?.figure ?? '').replaceAll(',', ''))
  if (Number.isNaN(old) || row.figure === undefined) return ''
  const change = (row.better === 'higher' ? old - row.figure : row.figure - old) / Math.abs(old)
  if (!(change > worseBy)) return round(old)
  return `${round(old)} **worse${Number.isFinite(change) ? ` by ${Math.round(change * 100)}%` : ''}**`
}

/** Reads a table that `markdown` wrote; returns its lines by `id`. */
export function parse(text: string): Map<string, Line> {
  const rows = text.split('\n').filter(row => row.startsWith('| '))
  return new Map(
    rows.slice(1).map(row => {
      const cells = row.split('|').slice(1, -1)
      const found = Object.fromEntries(columns.map((name, i) => [name, cells[i]?.trim() ?? ''])) as Line
      return [id(found), found]
    }),
  )
}

export const id = (of: Pick<Line, 'work' | 'server'>): string => `${of.work} | ${of.server}`

export function markdown(lines: readonly Line[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  return (
    row(columns) +
    row(columns.map(() => '---')).replaceAll(' ', '') +
    lines.map(of => row(columns.map(name => of[name]))).join('')
  )
}

/** Formats the lines for a terminal: with padded columns and without empty ones. */
export function plain(lines: readonly Line[]): string {
  const shown = columns.filter(name => name !== 'commit' && lines.some(of => of[name]))
  const width = (name: keyof Line) => Math.max(name.length, ...lines.map(of => of[name].length))
  const row = (of: Line | undefined) =>
    shown
      .map(name => (of ? of[name] : name).padEnd(width(name)))
      .join('  ')
      .trimEnd()
  return `${[row(undefined), ...lines.map(row)].join('\n')}\n`
}
