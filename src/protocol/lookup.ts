/**
 * The entry of a table under a key that a stranger may have chosen. Undefined where the table has none of its own: a
 * plain lookup would also find the properties that every object inherits (`constructor`, `toString`, `__proto__`).
 */
export function lookup<Value>(table: Readonly<Record<string, Value>>, word: string): Value | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined
}
