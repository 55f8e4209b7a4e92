import type { KnowledgeRow } from '../knowledge-row.ts'
import type { LibraryId } from '../library.ts'
import type { Symptom } from '../symptoms.ts'
import { messages } from './messages.ts'
import { misspeltHeaders } from './misspelt-headers.ts'
import { noToken } from './no-token.ts'
import { pathsAndProxies } from './paths-and-proxies.ts'
import { tokens } from './tokens.ts'

/** All known causes of rejected and broken connections of boards. */
export const knowledge: readonly KnowledgeRow[] = [
  ...noToken,
  ...misspeltHeaders,
  ...tokens,
  ...pathsAndProxies,
  ...messages,
]

const byKey = new Map(knowledge.map(row => [`${row.symptom} ${row.library}`, row]))

/** The row for this symptom and library, or else the row for any library. */
export const rowOf = (symptom: Symptom, library: LibraryId | 'unknown'): KnowledgeRow =>
  byKey.get(`${symptom} ${library}`) ?? byKey.get(`${symptom} any`)!
