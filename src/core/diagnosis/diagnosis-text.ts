import type { DiagnosisData } from '#protocol/journal-events.ts'
import type { Language } from '#protocol/vocabulary.ts'
import { codeExamples } from './code-examples.ts'
import { type DiagnosisFacts, fillPlaceholders } from './fill-placeholders.ts'
import { rowOf } from './knowledge/knowledge.ts'
import { codeExample } from './knowledge-row.ts'
import { type LibraryId, libraryNamed } from './library.ts'
import { type Symptom, symptoms } from './symptoms.ts'

/** A recognised fault. `diagnosis` is the symptom's id: with the library it finds the row of the table. */
export interface Diagnosis {
  diagnosis: Symptom
  library: LibraryId | 'unknown'
  facts: DiagnosisFacts
}

/** A diagnosis in a reader's language. */
export interface DiagnosisText {
  diagnosis: Symptom
  sentence: string
  /** The change that mends it, in one line. */
  remedy: string
  /** Code that does it right, with the board's own URL in it. */
  snippet: string | null
}

export function diagnosisText({ diagnosis, library, facts }: Diagnosis, language: Language): DiagnosisText {
  const { wrong, change, code } = rowOf(diagnosis, library)
  const snippet = code === codeExample ? codeExamples[library === 'unknown' ? 'any' : library] : code
  return {
    diagnosis,
    sentence: isolated(fillPlaceholders(wrong[language], facts, language), language),
    remedy: isolated(fillPlaceholders(change[language], facts, language), language),
    snippet: snippet === undefined ? null : fillPlaceholders(snippet, facts, language),
  }
}

/**
 * Code in a Persian sentence stands by itself, left to right (UAX #9, LRI and PDI): else `begin()` would show its
 * parentheses on the wrong side.
 */
const isolated = (text: string, language: Language): string =>
  language === 'en'
    ? text
    : text.replaceAll(
        /(?![\s().,:;!?]+(?:[^ -~…]|$))[!-'*+\-/-9<-~([{][ -~…]*?(?=[\s(.,:;!?]*(?:[^ -~…]|$))/g,
        code => `\u2066${code}\u2069`,
      )

/** A reader's language, and the address at which they reach the gateway, for use where the board's is unknown. */
export interface Reader {
  language: Language
  base?: string | undefined
}

/** The diagnosis that a row of the journal holds, in the words of its reader. */
export function diagnosisTextOfRow({ kind, data }: Recorded, { language, base }: Reader): DiagnosisText | undefined {
  const diagnosis = readRecorded(kind, data)
  return diagnosis && diagnosisText({ ...diagnosis, facts: { base, ...diagnosis.facts } }, language)
}

interface Recorded {
  kind: string
  data?: Readonly<Record<string, unknown>> | null | undefined
}

/** A diagnosis as it stands among the facts of a journal row. */
export const recorded = ({ diagnosis, facts }: Diagnosis): DiagnosisData => ({ diagnosis, facts })

/**
 * Reads a diagnosis back, only from rows that the gateway writes itself: rows of the kind `message` hold the text of
 * boards, which can be anything.
 */
export function readRecorded(
  kind: string,
  data: Readonly<Record<string, unknown>> | null | undefined,
): Diagnosis | undefined {
  if (kind === 'message' || !data) return undefined
  const { diagnosis, facts, library } = data
  if (typeof diagnosis !== 'string' || !Object.hasOwn(symptoms, diagnosis)) return undefined
  return {
    diagnosis: diagnosis as Symptom,
    library: typeof library === 'string' ? libraryNamed(library) : 'unknown',
    facts: (typeof facts === 'object' && facts !== null ? facts : {}) as DiagnosisFacts,
  }
}
