/** A word of characters without a meaning in any shell; letters of all scripts are among them. */
const plainWord = /^[\p{L}\p{N}_@%+:,./-]+$/u

/** A value as one word of a shell command that is printed for copying; quoted if necessary. */
export const shellWord = (value: string): string =>
  plainWord.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
