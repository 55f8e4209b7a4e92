import { redact } from '../../core/journal/redact.ts'

/** The most bytes of one line, as JSON: a request writes a row of the journal and perhaps an error, 4 KB together. */
const mostBytes = 2_500
/** The most bytes of the message within a line; the rest is for fields, an error's stack among them. */
const mostMessageBytes = 1_000
/** Values nested deeper, and more fields or items than this in one object, are left out. */
const deepest = 4
const mostFields = 20

/** How many more bytes a line may have. */
interface ByteBudget {
  bytes: number
}

/**
 * Makes a log entry safe to write: every string is bounded, on one line, without control characters for a terminal and
 * without text that could pose as another line. An error is written with its type, code, message and stack only: its
 * other properties are often the whole request. Takes the arguments of a method of the log, and returns them in the
 * same form.
 */
export function safeLine(args: readonly unknown[]): [fields: object, message: string | undefined] {
  const [first, second] = args
  const [fields, text] = typeof first === 'string' ? [{}, first] : [first, second]
  const message = typeof text === 'string' ? text : fields instanceof Error ? fields.message : undefined
  const budget: ByteBudget = { bytes: mostMessageBytes }
  const safe = message === undefined ? undefined : safeText(message, budget)
  budget.bytes += mostBytes - mostMessageBytes
  const shape = safeValue(fields instanceof Error ? { err: fields } : fields, budget, deepest)
  return [typeof shape === 'object' && shape !== null ? shape : {}, safe]
}

function safeValue(value: unknown, budget: ByteBudget, depth: number): unknown {
  budget.bytes -= punctuationBytes
  if (typeof value === 'string') return safeText(value, budget)
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
    return safeText(String(value), budget)
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0 || budget.bytes <= 0) return '…'
  if (value instanceof Error) return safeError(value, budget, depth - 1)
  const isList = Array.isArray(value)
  const fields: [string, unknown][] = []
  for (const key in value) {
    if (fields.length === mostFields || budget.bytes <= 0) break
    const name = isList ? key : safeText(key, budget)
    fields.push([name, safeValue((value as Record<string, unknown>)[key], budget, depth - 1)])
  }
  return isList ? fields.map(([, item]) => item) : Object.fromEntries(fields)
}

/** Bytes around a value in JSON: quotes, a colon, a comma, and digits of a number. */
const punctuationBytes = 20

function safeError(error: Error, budget: ByteBudget, depth: number): Record<string, unknown> {
  const { name, message, cause, stack = '' } = error
  const { code } = error as NodeJS.ErrnoException
  // Type and message come twice: the stack begins with them.
  const half: ByteBudget = { bytes: Math.min(budget.bytes / 4, mostErrorBytes) }
  const whole = half.bytes
  const summary = {
    type: safeText(String(name), half),
    message: safeText(String(message), half),
    ...(code !== undefined && { code: safeText(String(code), half) }),
  }
  budget.bytes -= 2 * (whole - half.bytes) + 4 * punctuationBytes
  const frames = stack.split('\n', mostLines).filter(line => line.startsWith('    at '))
  const lines: string[] = []
  for (const frame of frames) if (budget.bytes > frame.length) lines.push(`\n${safeText(frame, budget)}`)
  return {
    ...summary,
    stack: `${summary.type}: ${summary.message}${lines.join('')}`,
    ...(cause !== undefined && { cause: safeValue(cause, budget, depth) }),
  }
}

const mostErrorBytes = 500
/** The most lines of a stack, with its message among them. */
const mostLines = 16

/** Cuts the text to the budget, removes Darvaza's tokens, and escapes characters that control a terminal. */
function safeText(text: string, budget: ByteBudget): string {
  const clean = redact(text, undefined, Math.max(0, Math.ceil(budget.bytes)))
  if (clean.length === text.length && clean.length <= budget.bytes && plain.test(clean)) {
    budget.bytes -= clean.length
    return clean
  }
  let safe = ''
  for (const character of clean) {
    const written = isUnsafe(character.codePointAt(0)!) ? escaped(character) : character
    const bytes = bytesOf(written)
    if (budget.bytes < bytes) return `${safe}…`
    budget.bytes -= bytes
    safe += written
  }
  return clean.length < text.length ? `${safe}…` : safe
}

/** ASCII that JSON writes as it is, one byte for each character: nearly all texts of the log. */
const plain = /^[ !#-[\]-~]*$/

/** Bytes that a character, or the escape written for it, takes in a line of JSON. */
const bytesOf = (written: string): number =>
  written === '"' || written === '\\' ? 2 : Buffer.byteLength(written) + (written.startsWith('\\') ? 1 : 0)

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * Whether a character is a C0 or C1 control, which moves a terminal's cursor, a line or paragraph separator, or one
 * that changes the order of reading (UAX #9). Half-spaces stay: Persian needs them.
 */
const isUnsafe = (code: number): boolean =>
  code < 0x20 ||
  (code >= 0x7f && code <= 0x9f) ||
  code === 0x061c ||
  code === 0x200e ||
  code === 0x200f ||
  (code >= 0x2028 && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069) ||
  (code >= 0xd800 && code <= 0xdfff)
