import type { FailureCode } from '../../errors/errors.ts'
import type { Symptom } from '../diagnosis/symptoms.ts'

/** Symptoms that end a connection. */
const fatal = ['frame_desync', 'fragment_broken', 'message_too_large', 'token_newline'] as const

/** Closes by the gateway that a board's owner can prevent. */
const preventable: ReadonlySet<FailureCode> = new Set(['silent', 'too_much_traffic', 'pending_full'])

/** The fault that the end of a connection shows, or undefined for a usual end. `found`: the symptoms seen before. */
export function closingSymptom(
  why: FailureCode | undefined,
  found: ReadonlySet<Symptom> | undefined,
): Symptom | undefined {
  return why && preventable.has(why) ? (why as Symptom) : fatal.find(symptom => found?.has(symptom))
}
