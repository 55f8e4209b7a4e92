import type { JournalEvent } from '#protocol/journal-events.ts'
import type { EntryKind, Language } from '#protocol/vocabulary.ts'

/** `connection` asks for `connection.opened` and `connection.closed`. */
export const isOfKind = (kind: EntryKind, asked: string): boolean => `${kind}.`.startsWith(`${asked}.`)

/** The board, the connection and the address that an entry is about. */
export interface Subject {
  deviceId?: string | undefined
  connectionId?: string | undefined
  address?: string | undefined
}

/** An event that happened, with its subject. Secrets are struck out of its data before. */
export type NotedEvent = JournalEvent &
  Subject & {
    /** A client's own words stand in the sentence: secrets, and the token it presented, are struck out of it too. */
    presented?: { token?: string | undefined } | undefined
  }

/** An entry with its English sentence. */
export interface Entry extends Subject {
  kind: EntryKind
  /** One line a person can read. */
  text: string
  /** The facts, as JSON. */
  data?: Record<string, unknown> | undefined
}

/** An entry as it is stored. `id` grows by time of recording; `epoch` tells the starts of one node apart. */
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

/** All given conditions hold together. Newest first, unless `afterId` asks for what came since, oldest first. */
export interface JournalQuery {
  deviceIds?: readonly string[] | undefined
  /** Exact kind, or a prefix with a dot left out: `connection` finds both `connection.*`. */
  kind?: string | undefined
  sinceMs?: number | undefined
  untilMs?: number | undefined
  /** Words which all stand in what a reader of its language sees of the row: see `searcher`. */
  search?: Search | undefined
  beforeId?: number | undefined
  afterId?: number | undefined
  /** 1..1000 rows. */
  limit: number
  /** Aborted when the client no longer waits for the rows: the search then stops. */
  signal?: AbortSignal | undefined
}

export interface JournalStore {
  /** Resolves after the commit. Rows carry growing ids. After a failure the same rows may come again: each is kept once. */
  append(rows: readonly JournalRow[]): Promise<void>
  query(query: JournalQuery): Promise<JournalRow[]>
  /** Highest id ever given, 0 for an empty journal. */
  lastId(): Promise<number>
  /** Removes rows older than `olderThanMs` and the oldest beyond `maxBytes`, in small steps. Resolves to rows removed. */
  prune(limits: { olderThanMs: number; maxBytes: number }): Promise<number>
}
