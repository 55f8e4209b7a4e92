/** V8 copies pieces shorter than this anyway. */
const slicedLength = 13

/**
 * The same text with memory of its own. A piece of a string (`slice`, a match of a pattern) keeps the whole string it
 * was cut from in memory: a name of 64 characters held a message of 450 KB for as long as the name was kept. Use it for
 * every piece of foreign text that is kept.
 */
export const ownCopy = (text: string): string =>
  text.length < slicedLength ? text : Buffer.from(text, 'utf16le').toString('utf16le')

/** The first `most` characters, as an own copy. */
export const ownStart = (text: string, most: number): string => ownCopy(text.length > most ? text.slice(0, most) : text)
