/** Everything this gateway ever issues: claims, owner-made tokens, API keys. */
const ours = /dvz_[a-z]_[\w.-]{20,}/g
const struck = '[token]'

/** Values nested deeper than this are left out: no board says anything so deep, unless to break something. */
const deepest = 50

/**
 * Strikes secrets out of text that is going to be kept, by VALUE: the token a session presented is found in any field,
 * in invalid JSON and in query strings, also escaped as JSON or as a URL, and as the first ten characters with which
 * some firmware introduces itself (`"abcdefghij..."`). Tokens of our own making are struck whoever they belong to.
 * Strike first and cut to length afterwards: the other way round, the beginning of a token would survive.
 */
export function redact(text: string, token: string | undefined): string {
  let clean = text
  if (token) {
    // What may be escaped goes first: of a `%` written as `%25`, the plain search would leave the `25`.
    if (/[\\%]/.test(clean) || token.includes(' ')) clean = clean.replace(escapedForms(token), struck)
    if (clean.includes(token)) clean = clean.replaceAll(token, struck)
    const beginning = `${token.slice(0, 10)}...`
    if (token.length > 10 && clean.includes(beginning)) clean = clean.replaceAll(beginning, struck)
  }
  return clean.includes('dvz_') ? clean.replace(ours, struck) : clean
}

/** The same for a whole JSON value: every string and number in it, keys included. What is nested too deep is left out. */
export function redactValue(value: unknown, token: string | undefined, depth = deepest): unknown {
  if (typeof value === 'string') return redact(value, token)
  if (typeof value === 'number') return token && String(value).includes(token) ? struck : value
  if (!value || typeof value !== 'object') return value
  if (depth === 0) return '[too deep]'
  if (Array.isArray(value)) return value.map(item => redactValue(item, token, depth - 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact(key, token), redactValue(item, token, depth - 1)]),
  )
}

/** The last pattern made: a board that escapes something usually does so again. */
let last: { token: string; pattern: RegExp } | undefined

function escapedForms(token: string): RegExp {
  if (last?.token !== token) last = { token, pattern: patternOf(token) }
  return last.pattern
}

/**
 * Finds a token whichever of its characters are escaped, and however often: `\/`, `\u002f`, `%2F`, `%252f`. A run of
 * backslashes is entered at its first one only, and shared in one way only between the token's own and those of the
 * escape behind them, so that the time stays in proportion to the text.
 */
function patternOf(token: string): RegExp {
  let pattern = ''
  let slashes = '\\\\+'
  for (const run of token.match(/\\+|[^\\]/gu) ?? []) {
    const start = pattern === '' ? '(?<!\\\\)' : ''
    if (run.startsWith('\\')) {
      pattern += `${start}(?:\\\\(?:u005c)?|%(?:25)*5c){${run.length},}`
      slashes = '\\\\'
      continue
    }
    const units = Array.from(
      { length: run.length },
      (_, index) => `${slashes}u${run.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join('')
    const bytes = [...Buffer.from(run)].map(byte => `%(?:25)*${byte.toString(16).padStart(2, '0')}`).join('')
    const backslashed = shortEscapes[run]
    // Bytes before the character itself, for the same reason.
    const forms = [bytes, literal(run), `${start}${units}`]
    if (backslashed) forms.push(`${start}${slashes}${backslashed}`)
    if (run === ' ') forms.push('\\+')
    pattern += `(?:${forms.join('|')})`
    slashes = '\\\\+'
  }
  return new RegExp(pattern, 'gi')
}

/** What JSON writes behind a backslash instead of the character itself. */
const shortEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  '/': '\\/',
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
}

const literal = (character: string): string => character.replace(/[$()*+.?[\\\]^{|}/-]/, '\\$&')
