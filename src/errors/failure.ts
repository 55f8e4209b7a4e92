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

/** One row of the table. */
export const failure = (status: number, retry: boolean, message: Text, hint: Text, closeCode?: number): Failure =>
  closeCode === undefined ? { status, retry, message, hint } : { status, retry, message, hint, closeCode }
