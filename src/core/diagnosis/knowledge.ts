import { doors } from './knowledge/doors.ts'
import { noToken } from './knowledge/no-token.ts'
import { spelling } from './knowledge/spelling.ts'
import { talk } from './knowledge/talk.ts'
import { tokens } from './knowledge/tokens.ts'
import type { LibraryId } from './library.ts'
import type { Row } from './row.ts'
import type { Symptom } from './symptoms.ts'

/** Everything known about boards that do not get in, or do not stay: read it from top to bottom. */
export const knowledge: readonly Row[] = [...noToken, ...spelling, ...tokens, ...doors, ...talk]

const byKey = new Map(knowledge.map(row => [`${row.symptom} ${row.library}`, row]))

/** The row about this symptom in this library, or what is true in any. */
export const rowOf = (symptom: Symptom, library: LibraryId | 'unknown'): Row =>
  byKey.get(`${symptom} ${library}`) ?? byKey.get(`${symptom} any`)!
