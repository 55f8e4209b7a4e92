import { StoreFailure } from '../../core/store-failure.ts'

/**
 * `full`: no space left; `read_only`: the file or its folder cannot be written; `damaged`: not a database, or a broken
 * one; `foreign`: a database of another program; `newer`: written by a newer Darvaza; `busy`: another program holds it;
 * `closed`: called after the store was closed; `failed`: anything else, an input/output error among them.
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
 * The message names the file, the fault and the remedy, in this order. A call that fails with this error has changed
 * nothing; only where the thread itself ended (`failed`) may its last request have been carried out.
 */
export class StoreError extends StoreFailure {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}

export const damagedSentence =
  'is damaged, or not a database. Restore a backup, or move it away with its -wal and -shm to start with nothing.'

/** Parses the JSON of a row. @throws StoreError where another program has changed the row to something else. */
export function readRow(location: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new StoreError('damaged', `${location} ${damagedSentence}`, { cause })
  }
}
