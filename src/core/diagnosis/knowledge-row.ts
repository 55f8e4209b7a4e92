import type { Text } from '../../texts/text.ts'
import type { LibraryId } from './library.ts'
import type { Symptom } from './symptoms.ts'

/**
 * One piece of knowledge: in that library, that symptom comes from this, and goes away when that is changed. All texts
 * may hold the placeholders of `fill.ts`: `{url}` is the board's own door, as it has to be dialled.
 */
export interface KnowledgeRow {
  symptom: Symptom
  /** `any`: what is true whoever dials, and asked where no row names the library. */
  library: LibraryId | 'any'
  /** What went wrong, in one sentence. */
  wrong: Text
  /** What to change, in one line: also the hint of the refusal itself. */
  change: Text
  /** Code that does it right. `idiom`: how this library dials and shows its token, see `idioms.ts`. */
  code?: string
}

export const codeExample = 'idiom'

export const knowledgeRow = (
  symptom: Symptom,
  library: LibraryId | 'any',
  wrong: Text,
  change: Text,
  code?: string,
): KnowledgeRow =>
  code === undefined ? { symptom, library, wrong, change } : { symptom, library, wrong, change, code }
