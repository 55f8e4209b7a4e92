import { closeSync, openSync } from 'node:fs'
import type { Span } from '../../core/telemetry/series.ts'
import type { TelemetryStore } from '../../core/telemetry/telemetry.ts'
import { SqliteThread } from '../store/sqlite-thread.ts'

const table = `create table if not exists telemetry (device_id text not null, step_ms integer not null,
  at integer not null, span text not null, primary key (device_id, step_ms, at)) strict, without rowid`

/**
 * Telemetry in a file of its own, so that it never competes with the journal for space, in a thread of its own that
 * starts with the first row. Losing the last moments to a power cut is no loss: syncs are left to the log's ends.
 */
export class SqliteTelemetry implements TelemetryStore, AsyncDisposable {
  readonly #file: string
  #thread: Promise<SqliteThread> | undefined

  constructor(file: string) {
    this.#file = file
  }

  async append(rows: Parameters<TelemetryStore['append']>[0]): Promise<void> {
    const thread = await this.#open()
    const sql = 'insert or replace into telemetry (device_id, step_ms, at, span) values (?, ?, ?, ?)'
    const parameters = rows.map(({ deviceId, stepMs, at, span }) => [deviceId, stepMs, at, JSON.stringify(span)])
    await thread.run([{ sql, rows: parameters }])
  }

  async read(deviceId: string, stepMs: number, sinceMs: number): Promise<{ at: number; span: Span }[]> {
    const thread = await this.#open()
    const sql = 'select at, span from telemetry where device_id = ? and step_ms = ? and at >= ? order by at'
    const rows = await thread.all<{ at: number; span: string }>(sql, [deviceId, stepMs, sinceMs])
    return rows.map(({ at, span }) => ({ at, span: JSON.parse(span) as Span }))
  }

  async forgetBefore(stepMs: number, at: number): Promise<void> {
    const thread = await this.#open()
    await thread.run([{ sql: 'delete from telemetry where step_ms = ? and at < ?', rows: [[stepMs, at]] }])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const thread = await this.#thread?.catch(() => undefined)
    await thread?.close()
  }

  #open(): Promise<SqliteThread> {
    this.#thread ??= this.#start()
    return this.#thread
  }

  async #start(): Promise<SqliteThread> {
    try {
      closeSync(openSync(this.#file, 'a', 0o600))
      const thread = await SqliteThread.open(this.#file)
      await thread.all('pragma journal_mode = wal')
      await thread.all('pragma synchronous = normal')
      await thread.run([{ sql: table, rows: [[]] }])
      return thread
    } catch (error) {
      this.#thread = undefined
      throw error
    }
  }
}
