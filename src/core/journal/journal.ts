import type { Clock } from '../clock.ts'
import { GroupCommit } from '../group-commit.ts'
import type { Limits } from '../limits.ts'
import type { Entry, JournalQuery, JournalRow, JournalStore } from './entry.ts'

/**
 * Everything that happened. Entries get their id and receive time at once and reach the disk together, within
 * `commitWithinMs`; whoever promised something to somebody waits for `committed()` first.
 */
export class Journal {
  readonly #store: JournalStore
  readonly #clock: Clock
  readonly #node: string
  readonly #epoch: number
  readonly #rows: GroupCommit<JournalRow>
  readonly #listeners = new Set<(row: JournalRow) => void>()
  #lastId: number

  /** `lastId`: the highest id the store holds. `epoch`: how often this node has started. */
  constructor(
    store: JournalStore,
    clock: Clock,
    limits: Limits,
    identity: { node: string; epoch: number; lastId: number },
  ) {
    this.#store = store
    this.#clock = clock
    this.#node = identity.node
    this.#epoch = identity.epoch
    this.#lastId = identity.lastId
    this.#rows = new GroupCommit(clock, limits.commitWithinMs, rows => store.append(rows))
  }

  note(entry: Entry): JournalRow {
    const row: JournalRow = {
      ...entry,
      id: ++this.#lastId,
      at: this.#clock.now(),
      node: this.#node,
      epoch: this.#epoch,
    }
    this.#rows.add(row)
    for (const listener of this.#listeners) listener(row)
    return row
  }

  /** Resolves when every entry noted so far is on disk. */
  committed(): Promise<void> {
    return this.#rows.committed()
  }

  /** What is stored; entries of the last moments are brought to disk first, so that a reader sees its own acts. */
  async query(query: JournalQuery): Promise<JournalRow[]> {
    await this.#rows.committed()
    return this.#store.query(query)
  }

  /** Calls `listener` with each entry as it happens. Returns how to stop. */
  follow(listener: (row: JournalRow) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get waiting(): number {
    return this.#rows.waiting
  }

  get dropped(): number {
    return this.#rows.dropped
  }

  close(): Promise<void> {
    return this.#rows.drain()
  }
}
