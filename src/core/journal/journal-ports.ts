import type { JournalRow, NotedEvent } from './entry.ts'

/** Takes the events of the journal. */
export interface JournalWriter {
  /** Gives the event its sentence, id and time, and returns the row; the disk follows. */
  note(event: NotedEvent): JournalRow
}

/** For acts and commands: they are answered after their row is on disk. */
export interface ActJournal extends JournalWriter {
  /**
   * Resolves when every act and command noted so far is on disk.
   * @throws DarvazaError store_unavailable, which shows that the act is in force and is stored later
   */
  committed(): Promise<void>
}

/** Gives every entry to all followers. */
export interface JournalSource {
  /** Calls `listener` with each entry as it is noted. Returns how to stop. */
  follow(listener: (row: JournalRow) => void): () => void
}
