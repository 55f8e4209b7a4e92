/** A refusal of the API, in the reader's language: what went wrong, and what to do about it. */
export class ApiFailure extends Error {
  readonly status: number
  readonly code: string
  readonly hint: string

  constructor(status: number, body: { code?: string; message?: string; hint?: string }) {
    super(body.message || `HTTP ${status}`)
    this.status = status
    this.code = body.code ?? 'internal'
    this.hint = body.hint ?? ''
  }
}

/** Asks the gateway's API with the session's cookie. Rejects with an ApiFailure, or a TypeError when nobody answers. */
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
  if (!response.ok) throw new ApiFailure(response.status, answer as { code?: string; message?: string; hint?: string })
  return answer as T
}
