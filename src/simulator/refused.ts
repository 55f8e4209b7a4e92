/** The gateway, or a proxy before it, refused a handshake or a request. */
export class ConnectionRefused extends Error {
  /** HTTP status. */
  readonly status: number
  /** The gateway's own code, `token_missing` say; absent when the answer was not the gateway's. */
  readonly code: string | undefined
  readonly hint: string | undefined
  /** Present when the answer said how long to wait. */
  readonly retryAfterMs: number | undefined

  /** `body` is best `{"code","message","hint"}`; any other text will do. */
  constructor(status: number, body: string, retryAfter?: string | null) {
    const parsed = parse(body)
    super(parsed.message ?? `The door answered ${status}`)
    this.name = 'Refused'
    this.status = status
    this.code = parsed.code
    this.hint = parsed.hint
    this.retryAfterMs = retryAfter && Number(retryAfter) >= 0 ? Number(retryAfter) * 1000 : undefined
  }
}

/** A proxy may have wrapped the body into chunks: what stands between the outermost braces is the answer. */
function parse(body: string): { code?: string; message?: string; hint?: string } {
  try {
    const value: unknown = JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1))
    const text = (key: string) => {
      const found = (value as Record<string, unknown>)[key]
      return typeof found === 'string' ? { [key]: found } : {}
    }
    return { ...text('code'), ...text('message'), ...text('hint') }
  } catch {
    return {}
  }
}
