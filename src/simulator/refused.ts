/** The gateway, or a proxy before it, refused a handshake or a request. */
export class ConnectionRefused extends Error {
  /** HTTP status. */
  readonly status: number
  /** The gateway's own code, `token_missing` say; absent when the answer was not the gateway's. */
  readonly code: string | undefined
  readonly hint: string | undefined
  /** Present when the answer stated how long to wait. */
  readonly retryAfterMs: number | undefined

  /** `body`: `{"code","message","hint"}` where the gateway answered; any other text is accepted. */
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

/** Reads the text between the outermost braces only, as a proxy may have wrapped the body into chunks. */
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
