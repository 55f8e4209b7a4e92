import type { FailureCode } from '../../errors/errors.ts'
import { recorded } from '../diagnosis/diagnosis-text.ts'
import type { DiagnosisFacts } from '../diagnosis/fill-placeholders.ts'
import type { Symptom } from '../diagnosis/symptoms.ts'
import type { Arrival } from './arrival.ts'
import type { Session } from './session.ts'

/** After these a conversation cannot go on. */
const fatal = ['frame_desync', 'fragment_broken', 'message_too_large', 'token_newline'] as const

/** The ends that the gateway brings about, and that a board's owner can prevent. */
const ends: ReadonlySet<FailureCode> = new Set(['silent', 'too_much_traffic', 'pending_full'])

/** What the end of a conversation shows to be wrong, as facts for its row in the journal; nothing for a usual end. */
export function brokenBy(session: Session, why: FailureCode | undefined): Record<string, unknown> | undefined {
  const symptom = why && ends.has(why) ? (why as Symptom) : fatal.find(one => session.symptoms?.has(one))
  return symptom && diagnosed(session.arrival, symptom)
}

/** A diagnosis about an open conversation, as facts for the journal. */
export const diagnosed = (
  { library, path }: Arrival,
  diagnosis: Symptom,
  facts: DiagnosisFacts = {},
): Record<string, unknown> => ({
  library,
  ...recorded({ diagnosis, library: 'unknown', facts: { path, ...facts } }),
})
