import type { Language } from '#protocol/vocabulary.ts'

/** One sentence in every language. */
export type Text = Readonly<Record<Language, string>>

/** The texts of a failure: one sentence about it, and the remedy in one sentence or two. */
export type ErrorText = readonly [sentence: string, remedy: string]
