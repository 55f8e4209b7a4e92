import type { TFunction } from 'i18next'
import { ApiFailure, wordsOf } from '../../api/http.ts'
import type { Format } from '../../format.ts'

/** Why one did not get in, for whoever stands at the door: a header to look at would help nobody there. */
export function problemOf(error: unknown, t: TFunction, format: Format): string {
  const { message, hint } = wordsOf(error)
  if (!(error instanceof ApiFailure) || error.status !== 429) return `${message} ${hint}`
  const { retryAfterS } = error
  return retryAfterS === undefined ? message : t('entrance.tooOften', { wait: format.duration(retryAfterS) })
}
