import type { EntryKind } from '#protocol/vocabulary.ts'
import { journalText } from '#texts/en/journal.ts'
import { inForce } from '../../errors/errors.ts'
import type { Clock } from '../clock.ts'
import type { FaultSink } from '../faults/faults.ts'
import { GroupCommit } from '../group-commit.ts'
import type { Limits } from '../limits.ts'
import type { Entry, JournalQuery, JournalRow, JournalStore, NotedEvent, Subject } from './entry.ts'
import { redact } from './redact.ts'
import { rowBytes } from './row-bytes.ts'

/** The queues of rows to be stored, the most urgent first: a flood of ordinary rows delays no act and no reading. */
const acts = 0
const readings = 1
const others = 2

/**
 * The journal of all events. Entries get their id and receive time at once, and are stored together within
 * `commitWithinMs`; an answer to a client waits for `committed()` or `readingsCommitted()`. Acts and readings are
 * stored before other rows, so the order on disk may differ from the order of the ids.
 */
export class Journal {
  readonly #store: JournalStore
  readonly #clock: Clock
  readonly #node: string
  readonly #epoch: number
  readonly #rows: GroupCommit<JournalRow>
  readonly #faults: FaultSink
  readonly #listeners = new Set<(row: JournalRow) => void>()
  #lastId: number
  /** Rows dropped since the last report: their number, and their first and last time. */
  #lost: { rows: number; fromMs: number; untilMs: number } | undefined

  /** `lastId`: the highest id the store holds. `epoch`: how often this node has started. */
  constructor(
    store: JournalStore,
    clock: Clock,
    limits: Limits,
    identity: { node: string; epoch: number; lastId: number },
    faults: FaultSink,
  ) {
    this.#faults = faults
    this.#store = store
    this.#clock = clock
    this.#node = identity.node
    this.#epoch = identity.epoch
    this.#lastId = identity.lastId
    this.#rows = new GroupCommit(clock, limits, rows => this.#append(rows), {
      queues: [
        { items: limits.actsWaiting, bytes: limits.actBytesWaiting },
        { items: limits.readingsWaiting, bytes: limits.readingBytesWaiting },
        { items: limits.rowsWaiting, bytes: limits.rowBytesWaiting },
      ],
      bytesOf: rowBytes,
    })
  }

  note(event: NotedEvent): JournalRow {
    return this.#note(event, queueOf(event))
  }

  /** Writes an entry that has its sentence already. */
  write(entry: Entry): JournalRow {
    return this.#write(entry.kind, entry, entry.text, entry.data, queueOf(entry))
  }

  #note(event: NotedEvent, queue: number): JournalRow {
    const sentence = journalText(event)
    const text = event.presented ? redact(sentence, event.presented.token) : sentence
    return this.#write(event.kind, event, text, event.data, queue)
  }

  #write(kind: EntryKind, subject: Subject, text: string, data: Entry['data'], queue: number): JournalRow {
    const { deviceId, connectionId, address } = subject
    const row: JournalRow = {
      kind,
      deviceId,
      connectionId,
      address,
      text,
      data,
      id: ++this.#lastId,
      at: this.#clock.now(),
      node: this.#node,
      epoch: this.#epoch,
    }
    if (!this.#rows.add(row, queue)) {
      this.#lost ??= { rows: 0, fromMs: row.at, untilMs: row.at }
      this.#lost.rows++
      this.#lost.untilMs = row.at
    }
    for (const listener of this.#listeners) {
      try {
        listener(row)
      } catch (error) {
        this.#faults.caught('follower', error)
      }
    }
    return row
  }

  /**
   * Resolves when every act and command noted so far is on disk.
   * @throws DarvazaError store_unavailable within 2 s: the act is in force nevertheless, and is stored later
   */
  async committed(): Promise<void> {
    try {
      await this.#rows.committed(acts)
    } catch (error) {
      throw inForce(error)
    }
  }

  /** Resolves when every reading noted so far is on disk. @throws the same errors as `GroupCommit.committed` */
  readingsCommitted(): Promise<void> {
    return this.#rows.committed(readings)
  }

  /**
   * Reads stored rows. Waiting entries are written first, so that a client finds its own acts; while the disk cannot be
   * written, only rows already stored are read. A query with `afterId` leaves out rows after the oldest unwritten one,
   * so that a reader that continues from its last id misses none.
   */
  async query(query: JournalQuery): Promise<JournalRow[]> {
    if (!this.#rows.failing) await this.#rows.committed().catch(() => {})
    const oldest = query.afterId === undefined ? [] : this.#rows.oldest
    if (oldest.length === 0) return this.#store.query(query)
    const beforeId = Math.min(query.beforeId ?? Number.POSITIVE_INFINITY, ...oldest.map(({ id }) => id))
    return this.#store.query({ ...query, beforeId })
  }

  /** Calls `listener` with each entry when it is noted. Returns the function that stops it. */
  follow(listener: (row: JournalRow) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** True while the newest attempt to store rows has failed. */
  get failing(): boolean {
    return this.#rows.failing
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

  async #append(rows: readonly JournalRow[]): Promise<void> {
    await this.#store.append(rows)
    if (!this.#lost) return
    const { rows: count, fromMs, untilMs } = this.#lost
    this.#lost = undefined
    const from = new Date(fromMs).toISOString()
    const until = new Date(untilMs).toISOString()
    this.#note({ kind: 'gateway', data: { event: 'rows_lost', rows: count, from, until } }, acts)
  }
}

function queueOf({ kind, data }: Pick<Entry, 'kind' | 'data'>): number {
  if (kind === 'act' || kind === 'command') return acts
  return kind === 'message' && data?.type === 'sensor_data' ? readings : others
}
