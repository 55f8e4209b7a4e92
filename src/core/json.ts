/** The most levels allowed. No client needs as many: a board's deepest message has four, an API request five. */
export const deepest = 64

/** A shorter text cannot nest deep enough to cost anything. */
const shortText = 1_024

/**
 * `JSON.parse` for foreign text, which rejects deep nesting so that it takes time proportional to the text: a million
 * opening brackets took `JSON.parse` 0.6 s, and code that walks such a value later must end in time too.
 * @throws SyntaxError if the text is not JSON, or is nested deeper than 64 levels.
 */
export function parseJson(text: string): unknown {
  if (text.length > shortText && nestsDeeperThan(text, deepest)) throw new SyntaxError('nested too deep')
  return JSON.parse(text)
}

/** Whether more than `most` brackets and braces are open at once, outside of strings. */
export function nestsDeeperThan(text: string, most: number): boolean {
  let open = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at)
        break
      case openBracket:
      case openBrace:
        if (++open > most) return true
        break
      case closeBracket:
      case closeBrace:
        open--
    }
  }
  return false
}

/** The index where the string that begins at `from` ends, or the text's length. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) return at
    if (code === backslash) at++
  }
  return text.length
}

const quote = 0x22
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
