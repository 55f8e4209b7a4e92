import { entryKinds } from '#protocol/vocabulary.ts'
import type { Device } from '../../src/core/devices/device.ts'
import { searcher } from '../../src/core/diagnosis/journal-search.ts'
import type { JournalQuery, JournalRow } from '../../src/core/journal/entry.ts'
import type { ApiKey } from '../../src/core/people/api-key.ts'
import type { Store } from '../../src/core/store.ts'

/**
 * A store in memory, for tests of core. It keeps copies as JSON, which a later Core can load. While `failure` is set it
 * fails as a full disk does: each write fails as a whole.
 */
export class MemoryStore implements Store {
  readonly #devices = new Map<string, string>()
  readonly #tombstones = new Set<string>()
  readonly #keys = new Map<string, string>()
  readonly #settings = new Map<string, string>()
  readonly #rows = new Map<number, string>()
  #lastId = 0
  /** While this is set, every write throws it. */
  failure: Error | undefined
  /** The names of all writes so far, in order, including failed ones. */
  readonly writes: string[] = []

  async loadDevices(): Promise<Device[]> {
    return [...this.#devices.values()].map(record => JSON.parse(record) as Device)
  }

  async saveDevices(devices: readonly Device[]): Promise<void> {
    this.#write('saveDevices')
    for (const device of devices) this.#devices.set(device.id, JSON.stringify(device))
  }

  async deleteDevices(ids: readonly string[], tombstones: readonly string[]): Promise<void> {
    this.#write('deleteDevices')
    for (const id of ids) this.#devices.delete(id)
    for (const hash of tombstones) this.#tombstones.add(hash)
  }

  async loadTombstones(): Promise<string[]> {
    return [...this.#tombstones]
  }

  async loadKeys(): Promise<ApiKey[]> {
    return [...this.#keys.values()].map(record => JSON.parse(record) as ApiKey)
  }

  async saveKey(key: ApiKey): Promise<void> {
    this.#write('saveKey')
    this.#keys.set(key.id, JSON.stringify(key))
  }

  async deleteKey(id: string): Promise<void> {
    this.#write('deleteKey')
    this.#keys.delete(id)
  }

  async getSetting(name: string): Promise<unknown> {
    const value = this.#settings.get(name)
    return value === undefined ? undefined : JSON.parse(value)
  }

  async putSetting(name: string, value: unknown): Promise<void> {
    this.#write('putSetting')
    this.#settings.set(name, JSON.stringify(value))
  }

  async append(rows: readonly JournalRow[]): Promise<void> {
    this.#write('append')
    const twice = rows.find(row => ![undefined, JSON.stringify(row)].includes(this.#rows.get(row.id)))
    if (twice) throw new Error(`another row ${twice.id} is there already`)
    for (const row of rows) {
      this.#rows.set(row.id, JSON.stringify(row))
      this.#lastId = Math.max(this.#lastId, row.id)
    }
  }

  async query(query: JournalQuery): Promise<JournalRow[]> {
    const kinds =
      query.kind === undefined ? entryKinds : entryKinds.filter(kind => `${kind}.`.startsWith(`${query.kind}.`))
    const fits = query.search && searcher(query.search.text, query.search.language)
    const names = new Map((await this.loadDevices()).map(({ id, name }) => [id, name]))
    const oldestFirst = this.rows().filter(
      row =>
        kinds.includes(row.kind) &&
        (query.deviceIds === undefined || query.deviceIds.includes(row.deviceId ?? '')) &&
        (fits?.(readable(row, names.get(row.deviceId ?? '') ?? null)) ?? true) &&
        row.at >= (query.sinceMs ?? 0) &&
        row.at <= (query.untilMs ?? Number.MAX_SAFE_INTEGER) &&
        row.id < (query.beforeId ?? Number.MAX_SAFE_INTEGER) &&
        row.id > (query.afterId ?? 0),
    )
    return (query.afterId === undefined ? oldestFirst.reverse() : oldestFirst).slice(0, query.limit)
  }

  async lastId(): Promise<number> {
    return this.#lastId
  }

  async prune(limits: { olderThanMs: number }): Promise<number> {
    this.#write('prune')
    const old = this.rows().filter(row => row.at < limits.olderThanMs)
    for (const row of old) this.#rows.delete(row.id)
    return old.length
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** The rows of the journal, ordered by id, which is the order in which they were noted. */
  rows(): JournalRow[] {
    const rows = [...this.#rows.values()].map(row => JSON.parse(row) as JournalRow)
    return rows.sort((one, other) => one.id - other.id)
  }

  /** Everything in the store as text, to search it for secrets that must not be there. */
  everything(): string {
    const kept = [this.#devices, this.#keys, this.#settings, this.#rows].flatMap(map => [...map.values()] as string[])
    return [...kept, ...this.#tombstones].join('\n')
  }

  #write(name: string): void {
    this.writes.push(name)
    if (this.failure) throw this.failure
  }
}

/** A stored row in the form that the journal search reads. */
export const readable = (row: JournalRow, device: string | null) => ({
  kind: row.kind,
  text: row.text,
  data: row.data ?? null,
  device,
  deviceId: row.deviceId ?? null,
  connectionId: row.connectionId ?? null,
  address: row.address ?? null,
})
