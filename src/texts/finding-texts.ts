import type { FindingCode } from '../protocol/vocabulary.ts'
import type { NumberFormats } from './number-formats.ts'

/** What a verdict says: what is wrong, why one thinks so, what to do. */
export interface FindingText {
  sentence: string
  evidence: string[]
  remedy: string
}

type Numbers = Readonly<Record<string, number>>

export interface FindingSentences {
  /** What it is about, in a few words. */
  title: string
  say(numbers: Numbers, write: NumberFormats): FindingText
  /** What the gateway would have to see to tell. */
  needs: string
}

/** What it takes to tell anything, where a board was seen too little for all of it. */
export const moreTime = { en: 'ten minutes online', fa: 'ده دقیقه برخط بودن' } as const

export type FindingTexts = { readonly [Code in FindingCode]: FindingSentences }
