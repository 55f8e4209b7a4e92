import { stripVTControlCharacters } from 'node:util'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const control = /[\u0000-\u001f\u007f-\u009f]+/g
/** Characters that reverse the reading order, so that text looks like other text. ZWNJ and LRM stay, for Persian. */
const reordering = /[\u202a-\u202e\u2066-\u2069\u2028\u2029]/g

/**
 * Returns one line that is safe to print. Text from boards is hostile input: printed unchanged, a log message could
 * move the cursor, rename the window, answer for the operator or hide another line.
 */
export function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return stripVTControlCharacters(text).replace(control, ' ').replace(reordering, '').trim()
}

/** JSON without characters that control a terminal: `JSON.stringify` leaves C1 controls and reordering characters. */
export function plainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const segments = new Intl.Segmenter()
const mark = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u
const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6])/u

/** How many columns a plain text takes on a terminal. */
export function columnsOf(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: printable ASCII, the usual case
  if (/^[\u0000-\u007e]*$/.test(text)) return text.length
  let columns = 0
  for (const { segment } of segments.segment(text)) columns += mark.test(segment) ? 0 : wide.test(segment) ? 2 : 1
  return columns
}
