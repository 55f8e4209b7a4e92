import { damagedSentence, StoreError, type StoreErrorCode } from '../store-error.ts'

/** An error of SQLite's, or any other error of its thread. */
export interface SqliteFailure {
  message: string
  /** SQLite's extended result code, where SQLite failed. */
  errcode: number | undefined
}

type Explanation = { code: StoreErrorCode; sentence: string }

const damaged: Explanation = { code: 'damaged', sentence: damagedSentence }

/** SQLite's primary result codes (https://sqlite.org/rescode.html) that an operator can do something about. */
const explanations: Partial<Record<number, Explanation>> = {
  5: { code: 'busy', sentence: 'is held by another program. Close that one: a data folder belongs to one gateway.' },
  8: { code: 'read_only', sentence: 'cannot be written. Check who owns it and its folder, and that its disk can be.' },
  10: {
    code: 'failed',
    sentence: 'could not be read or written: its disk reported an error. Check its health and space.',
  },
  11: damaged,
  13: { code: 'full', sentence: 'cannot grow: its disk is full. Free some space; nothing was half written.' },
  14: { code: 'unopenable', sentence: 'cannot be opened. Check that its folder exists and who may write there.' },
  26: damaged,
}

/** Whether cached pages may be wrong: after an input/output error, or where the file is damaged or no database. */
export const breaksConnection = (errcode: number | undefined): boolean =>
  errcode !== undefined && [10, 11, 26].includes(errcode & 0xff)

export function storeError(file: string, { message, errcode }: SqliteFailure): StoreError {
  const known = errcode === undefined ? undefined : explanations[errcode & 0xff]
  const { code, sentence } = known ?? { code: 'failed', sentence: `failed: ${message}.` }
  return new StoreError(code, `${file} ${sentence}`, {
    cause: new Error(`SQLite: ${message} (${errcode ?? 'no code'})`),
  })
}
