/** Replaces Persian and Arabic digits, as Persian keyboards type them, by ASCII digits. */
export const latinDigits = (text: string): string =>
  text.replace(/[۰-۹٠-٩]/g, digit => String(digit.charCodeAt(0) & 0xf))

/** Ignored characters: invisible half-spaces and direction marks, marks on letters, tatweel, thousands separators. */
const unseen = /[\p{M}\u00ad\u0640\u066c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

const written: Readonly<Record<string, string>> = { ي: 'ی', ى: 'ی', ك: 'ک', ة: 'ه', ە: 'ه', '٫': '.', '−': '-' }

/**
 * Text in the form for comparison: spellings that a reader takes for one become the same. Case, accents and hamza are
 * ignored; Arabic letters that a keyboard types for Persian ones, and all digits, are unified.
 */
export function folded(text: string): string {
  if (isAscii(text)) return text.toLowerCase()
  const bare = text.normalize('NFKD').replace(unseen, '')
  return latinDigits(bare.replace(/[يىكةە٫−]/g, letter => written[letter]!)).toLowerCase()
}

export const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text)

/** The words of a search. A half-space separates words too: people without that key leave it out or type a space. */
export const needlesIn = (search: string): string[] =>
  search
    .split(/[\s\u200c]+/)
    .map(folded)
    .filter(needle => needle !== '')
