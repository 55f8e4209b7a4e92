import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { lookup } from '#protocol/lookup.ts'
import { ApiFailure, wordsOf } from '../../api/http.ts'
import { type Format, useFormat } from '../../format.ts'
import { useSubmit } from '../../parts/form.tsx'

/** Keys of the sentences about a wait, by the code of the failure. */
const waits: Readonly<Record<string, string | undefined>> = {
  sign_in_paused: 'signIn.paused',
  sign_in_busy: 'signIn.busy',
}

/** The sentence for a failed sign-in. The hint of a 429 names a header, which people cannot see: it is left out. */
function problemOf(error: unknown, t: TFunction, format: Format): string {
  const { message, hint } = wordsOf(error)
  if (!(error instanceof ApiFailure)) return `${message} ${hint}`
  const { status, code, retryAfterS } = error
  if (retryAfterS === undefined) return status === 429 ? message : `${message} ${hint}`
  return t(lookup(waits, code) ?? 'signIn.tooOften', { wait: format.duration(retryAfterS) })
}

/** As `useSubmit`, for people who are not signed in: the failure stands in the form until the next attempt begins. */
export function useSignInSubmit(firstProblem?: string) {
  const { t } = useTranslation()
  const format = useFormat()
  const [problem, setProblem] = useState(firstProblem)
  const { busy, submit } = useSubmit(error => setProblem(problemOf(error, t, format)))
  return {
    busy,
    problem,
    submit: (act: () => Promise<unknown>): Promise<void> => {
      setProblem(undefined)
      return submit(act)
    },
  }
}
