import { styleText } from 'node:util'
import type { Surroundings } from './io.ts'
import { plain, plainJson } from './text/plain.ts'
import { type Cell, type Column, fields, table } from './text/table.ts'
import { formatTime } from './text/time.ts'

export type TerminalColour = 'red' | 'green' | 'yellow' | 'dim' | 'bold'

/**
 * The output of a verb: its result goes to stdout, so that it can be piped; all other text goes to stderr. With
 * `--json`, stdout is JSON and nothing else. Callers pass strings from the gateway through `text` first, or use
 * `printTable` or `printFields`, which make them safe.
 */
export class Terminal {
  readonly json: boolean
  readonly #utc: boolean
  readonly #around: Pick<Surroundings, 'stdout' | 'stderr' | 'env'>

  constructor(
    around: Pick<Surroundings, 'stdout' | 'stderr' | 'env'>,
    options: { json?: boolean; utc?: boolean } = {},
  ) {
    this.#around = around
    this.json = options.json ?? false
    this.#utc = options.utc ?? false
  }

  /** Columns for prose; 120 without a terminal. */
  get columns(): number {
    return Math.max(60, Math.min(this.#around.stdout.columns ?? 120, 120))
  }

  /** Prints one line of the result. */
  print(line: string): void {
    this.#around.stdout.write(`${line}\n`)
  }

  /** Prints one line that is not part of the result. */
  say(line: string): void {
    this.#around.stderr.write(`${line}\n`)
  }

  /** Prints the result as one JSON value; `line` keeps it on one line. */
  printJson(value: unknown, shape: 'pretty' | 'line' = 'pretty'): void {
    this.print(plainJson(value, shape === 'pretty' ? 2 : undefined))
  }

  printTable(columns: readonly Column[], rows: readonly (readonly (Cell | string)[])[]): void {
    for (const line of table(
      columns,
      rows.map(row => row.map(cell => this.#cell(cell))),
    ))
      this.print(line)
  }

  printFields(entries: readonly (readonly [name: string, value: unknown])[]): void {
    for (const line of fields(entries.map(([name, value]) => [name, this.text(value)]))) this.print(line)
  }

  /** Writes bytes that are no text, such as a picture. */
  write(bytes: Uint8Array): void {
    this.#around.stdout.write(bytes)
  }

  /** Text from outside, made safe to print. */
  text(value: unknown): string {
    return value === undefined || value === null ? '' : plain(value)
  }

  time(at: string | number | undefined | null): string {
    return formatTime(at, this.#utc)
  }

  /** Colours the text on a terminal that shows colours; returns the bare text elsewhere. */
  paint(ink: TerminalColour, text: string, stream: 'stdout' | 'stderr' = 'stdout'): string {
    const { env } = this.#around
    const coloured = this.#around[stream].isTTY && !env.NO_COLOR && env.TERM !== 'dumb'
    return coloured ? styleText(ink, text, { validateStream: false }) : text
  }

  #cell(cell: Cell | string): Cell {
    return typeof cell === 'string' ? { text: plain(cell) } : { ...cell, text: plain(cell.text) }
  }
}
