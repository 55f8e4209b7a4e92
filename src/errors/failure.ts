import type { Language } from '../protocol/vocabulary.ts'

export type Text = Readonly<Record<Language, string>>

export interface Sentences {
  /** What went wrong, one sentence. */
  message: Text
  /** What to do about it, one sentence or two. */
  hint: Text
}

export interface Failure extends Sentences {
  /** HTTP status. */
  status: number
  /** WebSocket close code, where the failure can end an open socket. 4000–4499: come back later; 4500–4999: do not. */
  closeCode?: number
  /** Whether trying the same thing again may help. */
  retry: boolean
}

/** A failure as the table writes it: in each language a sentence that says what went wrong, and the remedy. */
export type FailureRow = {
  status: number
  retry: boolean
  close?: number
} & Record<Language, readonly [sentence: string, remedy: string]>

export const failureTable = <Code extends string>(rows: Readonly<Record<Code, FailureRow>>): Record<Code, Failure> =>
  Object.fromEntries(Object.entries<FailureRow>(rows).map(([code, row]) => [code, failureOf(row)])) as Record<
    Code,
    Failure
  >

function failureOf({ status, retry, close, en, fa }: FailureRow): Failure {
  const failure = { status, retry, message: { en: en[0], fa: fa[0] }, hint: { en: en[1], fa: fa[1] } }
  return close === undefined ? failure : { ...failure, closeCode: close }
}
