import type { Database } from '../database.ts'

/** SQLite's own default: 1,000 pages of 4 KiB in the log. */
const everyPages = 1_000
/** About the number of pages that a commit writes beside its rows: the last ones of the table and of its indexes. */
const pagesPerCommit = 4

/**
 * Moves committed pages from the write-ahead log into the database, in another thread than the one that commits: on an
 * SD card this takes seconds, and no acknowledgement should wait for it. The thread that searches does it, so that no
 * search holds old pages meanwhile: the log starts anew instead of growing.
 */
export class Checkpoints {
  readonly #reader: Database
  #pages = 0
  #running = false

  constructor(reader: Database) {
    this.#reader = reader
  }

  /** Called after each commit. */
  committed(rows: number): void {
    this.#pages += pagesPerCommit + rows
    if (this.#pages >= everyPages && !this.#running) void this.#run()
  }

  async #run(): Promise<void> {
    this.#running = true
    this.#pages = 0
    try {
      // The first round moves nearly all pages, the second those committed meanwhile. Then the log can start anew.
      for (let round = 0; round < 2; round++) await this.#reader.all('pragma wal_checkpoint(passive)')
    } catch {
      // Nothing is lost: the pages stay in the log, and the committing thread moves them when the log is too long.
    } finally {
      this.#running = false
    }
  }
}
