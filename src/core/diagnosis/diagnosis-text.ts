import type { DiagnosisData } from '#protocol/journal-events.ts'
import type { Language } from '#protocol/vocabulary.ts'
import { codeExamples } from './code-examples.ts'
import { type DiagnosisFacts, fillPlaceholders } from './fill-placeholders.ts'
import { rowOf } from './knowledge/knowledge.ts'
import { codeExample } from './knowledge-row.ts'
import { type LibraryId, libraryNamed } from './library.ts'
import { type Symptom, symptoms } from './symptoms.ts'

/** A recognised fault. `diagnosis` is the symptom's id, which selects a row of the table together with the library. */
export interface Diagnosis {
  diagnosis: Symptom
  library: LibraryId | 'unknown'
  facts: DiagnosisFacts
}

/** A diagnosis in a reader's language. */
export interface DiagnosisText {
  diagnosis: Symptom
  sentence: string
  /** The change that mends the fault, in one line. */
  remedy: string
  /** Correct code with the board's own URL in it. */
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
 * Isolates code in a Persian sentence, left to right (UAX #9, LRI and PDI); otherwise `begin()` would show its
 * parentheses on the wrong side.
 */
const isolated = (text: string, language: Language): string =>
  language === 'en'
    ? text
    : text.replaceAll(
        /(?![\s().,:;!?]+(?:[^ -~…]|$))[!-'*+\-/-9<-~([{][ -~…]*?(?=[\s(.,:;!?]*(?:[^ -~…]|$))/g,
        code => `\u2066${code}\u2069`,
      )

/** A reader's language. `base`: the reader's own address of the gateway, used if the board's is unknown. */
export interface Reader {
  language: Language
  base?: string | undefined
}

/** The text of a journal row's diagnosis, in the reader's language. */
export function diagnosisTextOfRow({ kind, data }: Recorded, { language, base }: Reader): DiagnosisText | undefined {
  const diagnosis = readRecorded(kind, data)
  return diagnosis && diagnosisText({ ...diagnosis, facts: { base, ...diagnosis.facts } }, language)
}

interface Recorded {
  kind: string
  data?: Readonly<Record<string, unknown>> | null | undefined
}

/** A diagnosis in the form that a journal row stores. */
export const recorded = ({ diagnosis, facts }: Diagnosis): DiagnosisData => ({ diagnosis, facts })

/**
 * Reads a diagnosis from a journal row. Rows of the kind `message` are ignored: they hold text of boards, which can be
 * anything.
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
