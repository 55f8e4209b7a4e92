import type { JournalEvent } from '#protocol/journal-events.ts'
import type { EntryKind, Language } from '#protocol/vocabulary.ts'

/** Whether `kind` is `asked` or begins with it: `connection` matches `connection.opened` and `connection.closed`. */
export const isOfKind = (kind: EntryKind, asked: string): boolean => `${kind}.`.startsWith(`${asked}.`)

/** The board, the connection and the address that an entry is about. */
export interface Subject {
  deviceId?: string | undefined
  connectionId?: string | undefined
  address?: string | undefined
}

/** An event with its subject. Secrets have been removed from its data. */
export type NotedEvent = JournalEvent &
  Subject & {
    /** Set if the sentence quotes a client: secrets, and the token it presented, are removed from the sentence too. */
    presented?: { token?: string | undefined } | undefined
  }

/** An entry with its English sentence. */
export interface Entry extends Subject {
  kind: EntryKind
  /** One line for people to read. */
  text: string
  /** The facts, as JSON. */
  data?: Record<string, unknown> | undefined
}

/** An entry as it is stored. `id` grows in the order of recording; `epoch` distinguishes the starts of one node. */
export interface JournalRow extends Entry {
  id: number
  /** Receive time, milliseconds since 1970. */
  at: number
  node: string
  epoch: number
}

export interface Search {
  text: string
  language: Language
}

/** A row must meet all given conditions. The newest rows come first, but with `afterId` the oldest after that id. */
export interface JournalQuery {
  deviceIds?: readonly string[] | undefined
  /** The exact kind, or the part before its dot: `connection` finds every `connection.*`. */
  kind?: string | undefined
  sinceMs?: number | undefined
  untilMs?: number | undefined
  /** Words that must all occur in the row's text as it is shown in the search's language: see `searcher`. */
  search?: Search | undefined
  beforeId?: number | undefined
  afterId?: number | undefined
  /** The most rows returned, 1..1000. */
  limit: number
  /** Aborted when the client no longer waits for the rows, which stops the search. */
  signal?: AbortSignal | undefined
}

export interface JournalStore {
  /**
   * Resolves after the commit. Rows may come out of the order of their ids, and again after a failure: each is stored
   * only once.
   */
  append(rows: readonly JournalRow[]): Promise<void>
  query(query: JournalQuery): Promise<JournalRow[]>
  /** The highest id ever stored, 0 for an empty journal. */
  lastId(): Promise<number>
  /** Removes rows older than `olderThanMs` and the oldest beyond `maxBytes`, in small steps. Resolves to the count. */
  prune(limits: { olderThanMs: number; maxBytes: number }): Promise<number>
}
