/** V8 always copies pieces of a string that are shorter than this. */
const slicedLength = 13

/**
 * The same text with memory of its own. A piece of a string (from `slice` or a pattern match) keeps the whole string in
 * memory: a name of 64 characters held a message of 450 KB for as long as the name was kept. Use this function for
 * every piece of foreign text that is kept.
 */
export const ownCopy = (text: string): string =>
  text.length < slicedLength ? text : Buffer.from(text, 'utf16le').toString('utf16le')

/** The first `most` characters, as a copy by `ownCopy`. */
export const ownStart = (text: string, most: number): string => ownCopy(text.length > most ? text.slice(0, most) : text)
