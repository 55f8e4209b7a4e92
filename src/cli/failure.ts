/** Exit codes of all verbs that have none of their own. */
export const exitCodes = { fine: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 } as const

/** The verb failed: a sentence, a remedy, and the code and details if the gateway sent them. */
export class Failed extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly status: number | undefined
  readonly issues: readonly string[]

  constructor(
    message: string,
    more: { code?: string; hint?: string | undefined; status?: number | undefined; issues?: readonly string[] } = {},
  ) {
    super(message)
    this.name = 'Failed'
    this.code = more.code ?? 'failed'
    this.hint = more.hint
    this.status = more.status
    this.issues = more.issues ?? []
  }
}

/** The command line is wrong; nothing was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
