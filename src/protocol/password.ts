/* The rules for passwords: the page shows them while a person types, and the gateway accepts no other password. */

/** The lengths allowed, in characters. No special characters are required: they do not make a short password strong. */
export const passwordLength = { least: 12, most: 128 } as const

/** 0: too short or too uniform, 1: enough, 2: good, 3: strong. Repeats and runs count once, as they add nothing. */
export function strength(password: string): 0 | 1 | 2 | 3 {
  const letters = [...password]
  if (letters.length < passwordLength.least) return 0
  const worth = letters.filter((letter, index) => {
    const before = letters[index - 1]
    if (before === undefined) return true
    const step = letter.codePointAt(0)! - before.codePointAt(0)!
    return Math.abs(step) > 1
  }).length
  const varied = new Set(letters).size
  if (varied < 5 || worth < 6) return 0
  return worth >= 20 && varied >= 10 ? 3 : worth >= 15 ? 2 : 1
}
