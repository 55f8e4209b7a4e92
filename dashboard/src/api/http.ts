import i18n from 'i18next'

/** A refusal of the API, in the reader's language: what went wrong, and what to do about it. */
export class ApiFailure extends Error {
  readonly status: number
  readonly code: string
  readonly hint: string
  /** Of a 429: seconds after which it may be tried again. */
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

/** The sentence and what to do. Whatever is not the gateway's own word came from the way to it. */
export const wordsOf = (error: unknown): { message: string; hint: string } =>
  error instanceof ApiFailure ? error : { message: i18n.t('state.unreachable'), hint: i18n.t('state.unreachableHint') }

/** Asks the gateway's API with the session's cookie. Rejects with an ApiFailure, or another error when it does not answer. */
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
    const said = answer as FailureBody
    // A proxy's own page: what stands behind it did not answer.
    if (!said.message) throw new Error(`HTTP ${response.status}`)
    throw new ApiFailure(response.status, said)
  }
  return answer as T
}
