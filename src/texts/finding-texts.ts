import type { FindingCode } from '#protocol/vocabulary.ts'
import type { NumberFormats } from './number-formats.ts'

/** A finding in words: the trouble, the evidence for it, the remedy. */
export interface FindingText {
  sentence: string
  evidence: string[]
  remedy: string
}

type Numbers = Readonly<Record<string, number>>

export interface FindingSentences {
  /** The trouble in a few words. */
  title: string
  say(numbers: Numbers, write: NumberFormats): FindingText
  /** The observations without which the trouble can be neither found nor ruled out. */
  needs: string
}

/** The `needs` of every finding while a board was observed too briefly. */
export const moreTime = { en: 'ten minutes online', fa: 'ده دقیقه برخط بودن' } as const

export type FindingTexts = { readonly [Code in FindingCode]: FindingSentences }
