import type { Database } from '../database.ts'

/** SQLite's own default: 1,000 pages of 4 KiB in the log. */
const everyPages = 1_000
/** What a commit writes beside its rows: the edges of the table and of its indexes. */
const pagesPerCommit = 4

/**
 * Moves committed pages from the write-ahead log into the database, in another thread than the one that commits: on an
 * SD card this takes seconds, and nobody's acknowledgement should wait for it. In the thread that searches, a search
 * never holds old pages meanwhile, so that the log starts anew instead of growing.
 */
export class Checkpoints {
  readonly #reader: Database
  #pages = 0
  #running = false

  constructor(reader: Database) {
    this.#reader = reader
  }

  /** To be told of each commit. */
  committed(rows: number): void {
    this.#pages += pagesPerCommit + rows
    if (this.#pages >= everyPages && !this.#running) void this.#run()
  }

  async #run(): Promise<void> {
    this.#running = true
    this.#pages = 0
    try {
      // The first moves nearly all of it, the second what was committed meanwhile: then the log can start anew.
      for (let round = 0; round < 2; round++) await this.#reader.all('pragma wal_checkpoint(passive)')
    } catch {
      // Nothing is lost: it stays in the log, and the committing thread does it when the log has become too long.
    } finally {
      this.#running = false
    }
  }
}
