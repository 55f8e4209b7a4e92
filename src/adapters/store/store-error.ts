import { StoreFailure } from '../../core/store.ts'
import type { Failure } from './sqlite/sqlite-worker.ts'

/**
 * `full`: no space left; `read_only`: the file or its folder cannot be written; `damaged`: not a database, or a broken
 * one; `foreign`: a database of another program; `newer`: written by a newer Darvaza; `busy`: another program holds it;
 * `closed`: asked after the end; `failed`: anything else, an input/output error among them.
 */
export type StoreErrorCode =
  | 'full'
  | 'read_only'
  | 'damaged'
  | 'foreign'
  | 'newer'
  | 'busy'
  | 'unopenable'
  | 'closed'
  | 'failed'

/**
 * The message names the file, says what is wrong, then what to do. A call that ends in one has changed nothing; only
 * where the thread itself ended (`failed`), what it was asked last may be stored.
 */
export class StoreError extends StoreFailure {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}

type Explanation = { code: StoreErrorCode; sentence: string }

const damaged: Explanation = {
  code: 'damaged',
  sentence:
    'is damaged, or not a database. Restore a backup, or move it away with its -wal and -shm to start with nothing.',
}

/** SQLite's primary result codes (https://sqlite.org/rescode.html), as far as somebody can do something about them. */
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

/** After an input/output error, or when the file is damaged or no database, a connection is not trusted any more: what it remembers may be wrong. */
export const breaksConnection = (errcode: number | undefined): boolean =>
  errcode !== undefined && [10, 11, 26].includes(errcode & 0xff)

export function storeError(file: string, { message, errcode }: Failure): StoreError {
  const known = errcode === undefined ? undefined : explanations[errcode & 0xff]
  const { code, sentence } = known ?? { code: 'failed', sentence: `failed: ${message}.` }
  return new StoreError(code, `${file} ${sentence}`, {
    cause: new Error(`SQLite: ${message} (${errcode ?? 'no code'})`),
  })
}

/** A row of ours that was changed by somebody else: its text is no JSON any more. */
export function readRow(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new StoreError('damaged', `${file} ${damaged.sentence}`, { cause })
  }
}
