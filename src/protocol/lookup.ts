/**
 * The entry of a table for a key that may come from outside. Undefined if the table has no such entry of its own: a
 * plain lookup would also find the properties that every object inherits (`constructor`, `toString`, `__proto__`).
 */
export function lookup<Value>(table: Readonly<Record<string, Value>>, word: string): Value | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined
}
