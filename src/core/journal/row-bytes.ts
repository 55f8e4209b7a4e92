import type { JournalRow } from './entry.ts'

/** An object of a row, its id, times and addresses, and its place in the queue. */
const rowItself = 400
/** A value inside an object or array, with its name. */
const valueItself = 24

/** The approximate memory of a row: strings count by their length, as most hold one byte a character. */
export const rowBytes = ({ text, data }: JournalRow): number => rowItself + text.length + bytesIn(data)

function bytesIn(value: unknown): number {
  if (typeof value === 'string') return valueItself + value.length
  if (value === null || typeof value !== 'object') return valueItself
  let bytes = valueItself
  if (Array.isArray(value)) for (const item of value) bytes += bytesIn(item)
  else for (const name in value) bytes += name.length + bytesIn((value as Record<string, unknown>)[name])
  return bytes
}
