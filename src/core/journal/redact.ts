import { ownStart } from '../own-copy.ts'
import { SecretSpellings, type TextSpan } from './secret-spellings.ts'

/** Matches every secret that this gateway issues: claims, owner-made tokens, API keys. */
const ours = /dvz_[a-z]_[\w.-]{20,}/g
const ourBeginning = 'dvz_'
/** A shorter beginning of such a secret is removed only at the end of a text that was cut within the secret. */
const ourShortest = 'dvz_a_'.length + 20
const struck = '[token]'

/** A longer text is cut before the search, in UTF-16 code units; the largest allowed header block is not longer. */
const mostText = 1024 * 1024

/** Values nested deeper than this are left out: only an attack nests so deep. */
const deepest = 50
/** At most this many values, and characters in all, are kept of one message: a Pico's largest message has fewer. */
const mostValues = 10_000
const mostCharacters = 128 * 1024

/**
 * Removes secrets from text that will be stored, by VALUE: the token that a session presented is found in any field, in
 * invalid JSON and in query strings, also escaped as in JSON or a URL, and as its first ten characters, which some
 * firmware sends about itself (`"abcdefghij..."`). Secrets that this gateway issued are removed whoever presented them.
 * Returns at most `most` characters: the text is cut first, so that the work is bounded, and the beginning of a secret
 * that remains at the cut is removed as well. A cut text has memory of its own.
 */
export function redact(text: string, token: string | undefined, most = mostText): string {
  const isCut = text.length > most
  let clean = isCut ? text.slice(0, most) : text
  if (token) clean = withoutToken(clean, token, isCut)
  if (clean.includes(ourBeginning)) clean = clean.replace(ours, struck)
  return isCut ? ownStart(withoutOurBeginning(clean), most) : clean
}

function withoutToken(text: string, token: string, isCut: boolean): string {
  let clean = text
  // Escaped spellings are removed first: the plain search would remove the `%` of a `%25` and leave the `25`.
  if (isCut || /[\\%]/.test(clean) || token.includes(' '))
    clean = withoutSpans(clean, spellingsOf(token).find(clean, isCut))
  if (clean.includes(token)) clean = clean.replaceAll(token, struck)
  const beginning = `${token.slice(0, 10)}...`
  return token.length > 10 && clean.includes(beginning) ? clean.replaceAll(beginning, struck) : clean
}

function withoutSpans(text: string, spans: readonly TextSpan[]): string {
  let clean = ''
  let at = 0
  for (const { from, to } of spans) {
    clean += text.slice(at, from) + struck
    at = to
  }
  return at === 0 ? text : clean + text.slice(at)
}

/** Removes the beginning of an issued secret from the end of a text that was cut within the secret. */
function withoutOurBeginning(text: string): string {
  const at = text.lastIndexOf(ourBeginning)
  const isLeft = at >= 0 && text.length - at <= ourShortest && /^[\w.-]*$/.test(text.slice(at))
  return isLeft ? text.slice(0, at) + struck : text
}

/** The last secret searched for: a client whose message is stored usually sends more messages. */
let last: { token: string; spellings: SecretSpellings } | undefined

function spellingsOf(token: string): SecretSpellings {
  if (last?.token !== token) last = { token, spellings: new SecretSpellings(token) }
  return last.spellings
}

/**
 * Removes secrets from a whole JSON value: from every string and number in it, and from its keys. Values nested too
 * deep, or beyond `mostValues` and `mostCharacters`, are left out.
 */
export function redactValue(value: unknown, token: string | undefined): unknown {
  return cleanValue(value, token, deepest, { values: mostValues, characters: mostCharacters })
}

/** The rest of a value's budget: values and characters that may still be kept. */
interface Left {
  values: number
  characters: number
}

function cleanValue(value: unknown, token: string | undefined, depth: number, left: Left): unknown {
  if (--left.values < 0 || left.characters <= 0) return '[too much]'
  if (typeof value === 'string') return cleanText(value, token, left)
  if (typeof value === 'number') return token && String(value).includes(token) ? struck : value
  if (!value || typeof value !== 'object') return value
  if (depth === 0) return '[too deep]'
  if (Array.isArray(value)) return value.slice(0, left.values + 1).map(item => cleanValue(item, token, depth - 1, left))
  const clean: [string, unknown][] = []
  for (const [key, item] of Object.entries(value)) {
    if (left.values <= 0 || left.characters <= 0) break
    clean.push([cleanText(key, token, left), cleanValue(item, token, depth - 1, left)])
  }
  return Object.fromEntries(clean)
}

function cleanText(text: string, token: string | undefined, left: Left): string {
  const clean = redact(text, token, left.characters)
  left.characters -= clean.length
  return clean
}
