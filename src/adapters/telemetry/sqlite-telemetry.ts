import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import type { BlackBoxStore } from '../../core/blackbox/black-boxes.ts'
import type { Span } from '../../core/telemetry/series.ts'
import type { TelemetryStore } from '../../core/telemetry/telemetry.ts'
import { SqliteThread } from '../store/sqlite/sqlite-thread.ts'
import { StoreError } from '../store/store-error.ts'

const table = `create table if not exists telemetry (device_id text not null, step_ms integer not null,
  at integer not null, span text not null, primary key (device_id, step_ms, at)) strict, without rowid`

const boxesTable = `create table if not exists black_boxes (device_id text primary key, base integer not null,
  addresses text not null, events text not null, samples text not null) strict, without rowid`

/**
 * Telemetry and black boxes in a file of its own, so that it never competes with the journal for space, in a thread of its own that
 * starts with the first row. Losing the last moments to a power cut is no loss: syncs are left to the log's ends. A file
 * that turns out to be damaged is set aside and begun anew, for no truth is lost with it.
 */
export class SqliteTelemetry implements TelemetryStore, BlackBoxStore, AsyncDisposable {
  readonly #file: string
  readonly #onProblem: (problem: string) => void
  #thread: Promise<SqliteThread> | undefined

  /** `onProblem`: told, in a sentence for the log, that a damaged file was set aside. */
  constructor(file: string, onProblem: (problem: string) => void) {
    this.#file = file
    this.#onProblem = onProblem
  }

  async append(rows: Parameters<TelemetryStore['append']>[0]): Promise<void> {
    const sql = 'insert or replace into telemetry (device_id, step_ms, at, span) values (?, ?, ?, ?)'
    const parameters = rows.map(({ deviceId, stepMs, at, span }) => [deviceId, stepMs, at, JSON.stringify(span)])
    await this.#use(thread => thread.run([{ sql, rows: parameters }]))
  }

  async read(deviceId: string, stepMs: number, sinceMs: number): Promise<{ at: number; span: Span }[]> {
    const sql = 'select at, span from telemetry where device_id = ? and step_ms = ? and at >= ? order by at'
    const rows = await this.#use(thread => thread.all<{ at: number; span: string }>(sql, [deviceId, stepMs, sinceMs]))
    return rows.map(({ at, span }) => ({ at, span: JSON.parse(span) as Span }))
  }

  async forgetBefore(stepMs: number, at: number): Promise<void> {
    const sql = 'delete from telemetry where step_ms = ? and at < ?'
    await this.#use(thread => thread.run([{ sql, rows: [[stepMs, at]] }]))
  }

  /** Starts no thread for a file that holds nothing yet. */
  async loadBoxes(): ReturnType<BlackBoxStore['loadBoxes']> {
    if (!statSync(this.#file, { throwIfNoEntry: false })?.size) return []
    const sql = 'select device_id, base, addresses, events, samples from black_boxes'
    const rows = await this.#use(thread => thread.all<BoxRow>(sql))
    return rows.map(({ device_id: deviceId, base, addresses, events, samples }) => {
      return {
        deviceId,
        kept: {
          base,
          addresses: addressesOf(addresses),
          events: bytesOf(events),
          samples: bytesOf(samples),
        },
      }
    })
  }

  async saveBoxes(boxes: Parameters<BlackBoxStore['saveBoxes']>[0]): Promise<void> {
    const sql =
      'insert or replace into black_boxes (device_id, base, addresses, events, samples) values (?, ?, ?, ?, ?)'
    const rows = boxes.map(({ deviceId, kept: { base, addresses, events, samples } }) => [
      deviceId,
      Math.round(base),
      JSON.stringify(addresses),
      textOf(events),
      textOf(samples),
    ])
    await this.#use(thread => thread.run([{ sql, rows }]))
  }

  async forgetBoxes(deviceIds: readonly string[]): Promise<void> {
    const sql = 'delete from black_boxes where device_id = ?'
    await this.#use(thread => thread.run([{ sql, rows: deviceIds.map(id => [id]) }]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const thread = await this.#thread?.catch(() => undefined)
    await thread?.close()
  }

  async #use<Result>(work: (thread: SqliteThread) => Promise<Result>): Promise<Result> {
    const opened = (this.#thread ??= this.#start())
    try {
      return await work(await opened)
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'damaged')) throw error
      // Of several that met the damage, one sets the file aside.
      if (this.#thread === opened) this.#thread = this.#startAnew(opened)
      return await work(await (this.#thread ??= this.#start()))
    }
  }

  async #startAnew(damaged: Promise<SqliteThread>): Promise<SqliteThread> {
    await damaged.then(thread => thread.close()).catch(() => {})
    const aside = `${this.#file}.damaged`
    try {
      renameSync(this.#file, aside)
      for (const beside of ['-wal', '-shm']) rmSync(this.#file + beside, { force: true })
    } catch (error) {
      this.#thread = undefined
      throw error
    }
    this.#onProblem(`${this.#file} was damaged. It is kept as ${aside}, and a new one begun: charts begin anew.`)
    return this.#start()
  }

  async #start(): Promise<SqliteThread> {
    try {
      closeSync(openSync(this.#file, 'a', 0o600))
      const thread = await SqliteThread.open(this.#file)
      await thread.configure(['pragma journal_mode = wal', 'pragma synchronous = normal'])
      for (const sql of [table, boxesTable]) await thread.run([{ sql, rows: [[]] }])
      return thread
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'damaged')) this.#thread = undefined
      throw error
    }
  }
}

interface BoxRow {
  device_id: string
  base: number
  addresses: string
  /** Base64: what goes to the thread is JSON. */
  events: string
  samples: string
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'base64')

/** None where the text is damaged: a black box is worth more than the addresses in it. */
function addressesOf(text: string): string[] {
  try {
    const addresses: unknown = JSON.parse(text)
    if (Array.isArray(addresses) && addresses.every(address => typeof address === 'string')) return addresses
  } catch {}
  return []
}
