import type { TFunction } from 'i18next'
import { lookup } from '#protocol/lookup.ts'
import { ApiFailure, wordsOf } from '../../api/http.ts'
import type { Format } from '../../format.ts'

/** Keys of the sentences about a wait, by the code of the failure. */
const waits: Readonly<Record<string, string | undefined>> = {
  sign_in_paused: 'entrance.paused',
  sign_in_busy: 'entrance.busy',
}

/** Why one did not get in, for whoever stands at the door: a header to look at would help nobody there. */
export function problemOf(error: unknown, t: TFunction, format: Format): string {
  const { message, hint } = wordsOf(error)
  if (!(error instanceof ApiFailure)) return `${message} ${hint}`
  const { status, code, retryAfterS } = error
  if (retryAfterS === undefined) return status === 429 ? message : `${message} ${hint}`
  return t(lookup(waits, code) ?? 'entrance.tooOften', { wait: format.duration(retryAfterS) })
}
