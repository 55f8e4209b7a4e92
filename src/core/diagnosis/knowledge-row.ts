import { type Diagnoses, diagnoses as english } from '#texts/en/diagnoses.ts'
import { diagnoses as persian } from '#texts/fa/diagnoses.ts'
import type { Text } from '#texts/text.ts'
import type { LibraryId } from './library.ts'
import type { Symptom } from './symptoms.ts'

/** The cause of a symptom in a library, and the change that removes it. Texts and code may hold placeholders. */
export interface KnowledgeRow {
  symptom: Symptom
  /** `any`: the row is used for every library that has no row of its own for this symptom. */
  library: LibraryId | 'any'
  /** One sentence that names the mistake. */
  wrong: Text
  /** The change that mends the mistake, in one line; the refusal itself contains it as a hint. */
  change: Text
  /** Code without the mistake. `codeExample`: the example of this library in code-examples.ts. */
  code?: string
}

export const codeExample = 'idiom'

/** Makes a row with the sentences for this symptom and library from the texts. */
export function knowledgeRow<S extends Symptom, L extends keyof Diagnoses[S] & KnowledgeRow['library']>(
  symptom: S,
  library: L,
  code?: string,
): KnowledgeRow {
  const inEnglish: Diagnoses = english
  const [wrong, change] = inEnglish[symptom][library]
  const [wrongInPersian, changeInPersian] = persian[symptom][library]
  const row = {
    symptom,
    library,
    wrong: { en: wrong, fa: wrongInPersian },
    change: { en: change, fa: changeInPersian },
  }
  return code === undefined ? row : { ...row, code }
}
