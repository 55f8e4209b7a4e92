import { closeCodes } from '#protocol/close-codes.ts'
import type { Language } from '#protocol/vocabulary.ts'
import { errors as english, type FailureCode, notYetStored as notYetStoredInEnglish } from '#texts/en/failures.ts'
import { notYetStored as notYetStoredInPersian, errors as persian } from '#texts/fa/failures.ts'
import type { ErrorText, Text } from '#texts/text.ts'
import { type FailureRow, failureRows } from './failures.ts'

export type { FailureCode } from '#texts/en/failures.ts'

export interface Sentences {
  /** One sentence that describes the failure. */
  message: Text
  /** One or two sentences that describe the remedy. */
  hint: Text
}

/** A row of the table with its sentences. */
export interface Failure extends Omit<FailureRow, 'close'>, Sentences {
  closeCode?: number
}

const sentencesOf = (en: ErrorText, fa: ErrorText): Sentences => ({
  message: { en: en[0], fa: fa[0] },
  hint: { en: en[1], fa: fa[1] },
})

function failureOf(code: FailureCode): Failure {
  const { status, retry, close }: FailureRow = failureRows[code]
  const failure = { status, retry, ...sentencesOf(english[code], persian[code]) }
  return close === undefined ? failure : { ...failure, closeCode: close }
}

/**
 * Every failure Darvaza can answer with, for HTTP, WebSocket, CLI and docs alike. 4001 keeps the meaning
 * "authentication" that it has in the firmware of boards in the field.
 */
export const failures = Object.fromEntries(
  (Object.keys(failureRows) as FailureCode[]).map(code => [code, failureOf(code)]),
) as Readonly<Record<FailureCode, Failure>>

/** The code with which an open socket is closed for this failure. */
export const closeCodeOf = (code: FailureCode): number => failures[code].closeCode ?? closeCodes.policy

/** A failure that is returned to the caller. */
export class DarvazaError extends Error {
  readonly code: FailureCode
  /** More fields for the answer's body; never a secret. */
  readonly details: Record<string, unknown> | undefined
  readonly retryAfterS: number | undefined
  /** A more precise description, where the table's own sentences are too general. */
  readonly sentences: Sentences | undefined

  constructor(
    code: FailureCode,
    more: { details?: Record<string, unknown>; retryAfterS?: number; sentences?: Sentences; cause?: unknown } = {},
  ) {
    super((more.sentences ?? failures[code]).message.en, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'DarvazaError'
    this.code = code
    this.details = more.details
    this.retryAfterS = more.retryAfterS
    this.sentences = more.sentences
  }

  get status(): number {
    return failures[this.code].status
  }
}

/** The error for a change that is in force, and will be stored once the store can be written again. */
export const inForce = (cause: unknown): DarvazaError =>
  new DarvazaError('store_unavailable', { details: { inForce: true }, sentences: notYetStored, cause })

const notYetStored = sentencesOf(notYetStoredInEnglish, notYetStoredInPersian)

/** The body of every refusal and error: `{"status":"error","code","message","hint"}` and the details, if any. */
export function errorBody(
  code: FailureCode,
  language: Language = 'en',
  details?: Record<string, unknown>,
  sentences: Sentences = failures[code],
) {
  const { message, hint } = sentences
  return { status: 'error' as const, code, message: message[language], hint: hint[language], ...details }
}

/** The most characters of `Accept-Language` that are read: a browser's longest list has 200. */
const mostLanguages = 1_024

/** The language of an `Accept-Language` header: Persian where it is preferred over English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  let [preferred, most]: [Language, number] = ['en', 0]
  for (const part of acceptLanguage?.slice(0, mostLanguages).toLowerCase().split(',') ?? []) {
    const [tag = '', quality = 'q=1'] = part.split(';', 2).map(piece => piece.trim())
    const [, language] = /^(en|fa)(?:-[\w-]*)?$/.exec(tag) ?? []
    const [, weight] = /^q=([\d.]+)$/.exec(quality) ?? []
    if (language && Number(weight) > most) [preferred, most] = [language as Language, Number(weight)]
  }
  return preferred
}
