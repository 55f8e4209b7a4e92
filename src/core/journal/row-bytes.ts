import type { JournalRow } from './entry.ts'

/** Bytes counted for each row besides its text and data: its object, id, times and addresses, and its queue place. */
const rowItself = 400
/** Bytes counted for each value inside an object or array, with its name. */
const valueItself = 24

/** The approximate memory of a row. Strings count by their length, as most take one byte for each character. */
export const rowBytes = ({ text, data }: JournalRow): number => rowItself + text.length + bytesIn(data)

function bytesIn(value: unknown): number {
  if (typeof value === 'string') return valueItself + value.length
  if (value === null || typeof value !== 'object') return valueItself
  let bytes = valueItself
  if (Array.isArray(value)) for (const item of value) bytes += bytesIn(item)
  else for (const name in value) bytes += name.length + bytesIn((value as Record<string, unknown>)[name])
  return bytes
}
