/** A message's object, or undefined when it is no JSON object: firmware takes nothing for granted. */
export function messageOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** The object, or an empty one for anything else. */
export function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** The text, or none for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
