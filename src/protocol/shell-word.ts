/** Characters that no shell gives a meaning to, letters of any script among them. */
const plainWord = /^[\p{L}\p{N}_@%+:,./-]+$/u

/** A value as one word of a shell command that is printed for copying: quoted where it has to be. */
export const shellWord = (value: string): string =>
  plainWord.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
