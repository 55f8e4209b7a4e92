import { type Diagnoses, diagnoses as english } from '#texts/en/diagnoses.ts'
import { diagnoses as persian } from '#texts/fa/diagnoses.ts'
import type { Text } from '#texts/text.ts'
import type { LibraryId } from './library.ts'
import type { Symptom } from './symptoms.ts'

/** The cause of a symptom in a library, and the change that removes it. Texts and code may hold placeholders. */
export interface KnowledgeRow {
  symptom: Symptom
  /** `any`: holds for every library, and is used where no row names the library. */
  library: LibraryId | 'any'
  /** The mistake, in one sentence. */
  wrong: Text
  /** The change that mends it, in one line: also the hint of the refusal itself. */
  change: Text
  /** Code without the mistake. `codeExample`: the example of this library in code-examples.ts. */
  code?: string
}

export const codeExample = 'idiom'

/** Makes a row with the sentences that the texts have for this symptom and library. */
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
