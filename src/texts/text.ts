import type { Language } from '../protocol/vocabulary.ts'

/** One sentence in every language. */
export type Text = Readonly<Record<Language, string>>

/** Of a failure: one sentence that says what went wrong, and the remedy in one sentence or two. */
export type ErrorText = readonly [sentence: string, remedy: string]
