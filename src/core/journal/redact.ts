/** Everything this gateway ever issues: claims, owner-made tokens, API keys. */
const ours = /dvz_[a-z]_[\w.-]{20,}/g
const struck = '[token]'

/**
 * Strikes secrets out of text that is going to be kept, by VALUE: the token a session presented is found in any field,
 * in invalid JSON and in query strings, also escaped as JSON or as a URL, and as the first ten characters with which
 * some firmware introduces itself (`"abcdefghij..."`). Tokens of our own making are struck whoever they belong to.
 */
export function redact(text: string, token: string | undefined): string {
  let clean = text.includes('dvz_') ? text.replace(ours, struck) : text
  if (!token || token.length < 4) return clean
  if (clean.includes(token)) clean = clean.replaceAll(token, struck)
  const beginning = `${token.slice(0, 10)}...`
  if (token.length > 10 && clean.includes(beginning)) clean = clean.replaceAll(beginning, struck)
  for (const escaped of escapedForms(token)) if (clean.includes(escaped)) clean = clean.replaceAll(escaped, struck)
  return clean
}

/** The same for a whole JSON value: every string in it, keys included, to any depth. */
export function redactValue(value: unknown, token: string | undefined): unknown {
  if (typeof value === 'string') return redact(value, token)
  if (Array.isArray(value)) return value.map(item => redactValue(item, token))
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [redact(key, token), redactValue(item, token)]),
    )
  }
  return value
}

/** Only tokens with unusual characters look different when escaped. */
function escapedForms(token: string): string[] {
  if (/^[\w.~-]*$/.test(token)) return []
  const json = JSON.stringify(token).slice(1, -1)
  const url = encodeURIComponent(token)
  return [json, json.replaceAll('/', '\\/'), url].filter(
    (form, index, all) => form !== token && all.indexOf(form) === index,
  )
}
