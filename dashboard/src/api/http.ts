import i18n from 'i18next'

/** A refusal of the API. `message` names the fault and `hint` the remedy, both in the reader's language. */
export class ApiFailure extends Error {
  readonly status: number
  readonly code: string
  readonly hint: string
  /** Seconds to wait before the next attempt; only with status 429. */
  readonly retryAfterS: number | undefined

  constructor(status: number, body: FailureBody) {
    super(body.message || `HTTP ${status}`)
    this.status = status
    this.code = body.code ?? 'internal'
    this.hint = body.hint ?? ''
    this.retryAfterS = body.retryAfterS
  }
}

interface FailureBody {
  code?: string
  message?: string
  hint?: string
  retryAfterS?: number
}

/** The message and the hint of a failure. Any error but an ApiFailure means that the gateway was not reached. */
export const wordsOf = (error: unknown): { message: string; hint: string } =>
  error instanceof ApiFailure ? error : { message: i18n.t('state.unreachable'), hint: i18n.t('state.unreachableHint') }

/** Calls the gateway's API with the session's cookie. @throws ApiFailure for a refusal, another error for no answer */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    headers: {
      accept: 'application/json',
      'accept-language': document.documentElement.lang || 'en',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const answer: unknown = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : {}
  if (!response.ok) {
    const failure = answer as FailureBody
    // The answer is an error page of a proxy: the gateway behind it did not answer.
    if (!failure.message) throw new Error(`HTTP ${response.status}`)
    throw new ApiFailure(response.status, failure)
  }
  return answer as T
}
