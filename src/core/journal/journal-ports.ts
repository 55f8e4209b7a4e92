import type { JournalRow, NotedEvent } from './entry.ts'

/** Receives events for the journal. */
export interface JournalWriter {
  /** Gives the event its sentence, id and time, and returns the row, which is stored later. */
  note(event: NotedEvent): JournalRow
}

/** The journal for acts and commands, which are answered after their row is on disk. */
export interface ActJournal extends JournalWriter {
  /**
   * Resolves when every act and command noted so far is on disk.
   * @throws DarvazaError store_unavailable: the act is in force nevertheless, and is stored later
   */
  committed(): Promise<void>
}

/** Passes every entry to all followers. */
export interface JournalSource {
  /** Calls `listener` with each entry when it is noted. Returns the function that stops it. */
  follow(listener: (row: JournalRow) => void): () => void
}
