import { InvalidArgumentError } from 'commander'
import { parseDuration, parseMoment } from './text/time.ts'

/** Parsers of the values after flags. The error of each parser names the values that it accepts. */

export const wholeNumber =
  (least: number, most: number) =>
  (typed: string): number => {
    const number = Number(typed)
    if (!/^\d+$/.test(typed) || number < least || number > most)
      throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`)
    return number
  }

export const decimal =
  (least: number, most: number) =>
  (typed: string): number => {
    const number = Number(typed)
    if (!/^\d+(\.\d+)?$/.test(typed) || number < least || number > most)
      throw new InvalidArgumentError(`It takes a number from ${least} to ${most}.`)
    return number
  }

/** Parses a duration into milliseconds. */
export function duration(typed: string): number {
  const ms = parseDuration(typed)
  if (!ms) throw new InvalidArgumentError('It takes a duration like 90s, 15m, 12h, 30d or 1h30m.')
  return ms
}

/** Parses a time into milliseconds since 1970. */
export function moment(typed: string): number {
  const at = parseMoment(typed, Date.now())
  if (at === undefined)
    throw new InvalidArgumentError('It takes an age like 2h or 3d, or a time like 2026-11-23 or 2026-11-23T18:42:00Z.')
  return at
}

/** Parses a tag, with or without its `#`. */
export function tag(typed: string): string {
  const name = typed.replace(/^#/, '')
  if (!name) throw new InvalidArgumentError('A tag is a word like garden.')
  return name
}

/** Parses `quality=80`, `flash=true` or `mode=fast`: numbers and booleans keep their type, other values are text. */
export function parameter(typed: string): [name: string, value: unknown] {
  const [, name, text = ''] = /^([A-Za-z_][\w.-]*)=(.*)$/s.exec(typed) ?? []
  if (name === undefined) throw new InvalidArgumentError('It takes a name and a value like quality=80.')
  if (text === 'true' || text === 'false') return [name, text === 'true']
  return [name, /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text]
}

/** Collects the values of a flag that may be given several times. */
export const several =
  <T>(one: (typed: string) => T) =>
  (typed: string, before: T[] | undefined): T[] => [...(before ?? []), one(typed)]
