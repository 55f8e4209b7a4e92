import type { Failure } from './sqlite-worker.ts'

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

/** The message names the file, says what is wrong, then what to do. A call that ends in one has changed nothing. */
export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}

/** SQLite's primary result codes (https://sqlite.org/rescode.html), as far as somebody can do something about them. */
const known: Record<number, [StoreErrorCode, (file: string) => string]> = {
  5: ['busy', file => `${file} is held by another program. Close that program: one gateway needs one data folder.`],
  8: [
    'read_only',
    file => `${file} cannot be written. Check who owns it and its folder, and that the disk is writable.`,
  ],
  10: [
    'failed',
    file => `${file} could not be read or written: the disk reported an error. Check its health and space.`,
  ],
  11: ['damaged', damaged],
  13: ['full', file => `${file} cannot grow: the disk is full. Free some space; nothing was half written.`],
  14: ['unopenable', file => `${file} cannot be opened. Check that its folder exists and who may write there.`],
  26: ['damaged', damaged],
}

function damaged(file: string): string {
  return `${file} is damaged, or not a database. Restore a backup, or move it away with its -wal and -shm to start empty.`
}

export function storeError(file: string, { message, errcode }: Failure): StoreError {
  const [code, sentence] = (errcode !== undefined && known[errcode & 0xff]) || ['failed', () => `${file}: ${message}.`]
  return new StoreError(code as StoreErrorCode, (sentence as (file: string) => string)(file), {
    cause: new Error(`SQLite: ${message} (${errcode ?? 'no code'})`),
  })
}
