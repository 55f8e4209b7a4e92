/**
 * The mistake in one sentence, and the change that mends it in one line. Both may hold placeholders such as `{url}`,
 * which core/diagnosis/fill-placeholders.ts replaces.
 */
export type DiagnosisSentences = readonly [wrong: string, change: string]
