import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import type { FlightRecorderStore } from '../../core/health/flight-recorders.ts'
import type { TelemetryRow, TelemetryStore } from '../../core/telemetry/telemetry.ts'
import type { TelemetrySpan } from '../../core/telemetry/telemetry-series.ts'
import { type From, prepare } from '../store/prepared-query.ts'
import { pendingMigrations } from '../store/sqlite/migrate.ts'
import { sqliteQueries } from '../store/sqlite/sqlite-queries.ts'
import { SqliteThread } from '../store/sqlite/sqlite-thread.ts'
import { StoreError } from '../store/store-error.ts'
import { telemetryFormat } from './migrations/telemetry-format.ts'
import type { TelemetryTables } from './tables.ts'

/**
 * Telemetry and flight recorders, in a file of their own that takes no space from the journal, and in a thread that
 * starts with the first row. A power cut may lose the last moments, as only checkpoints sync the file. A damaged file
 * is renamed, and a new one begun: the file holds nothing that must not be lost.
 */
export class SqliteTelemetry implements TelemetryStore, FlightRecorderStore, AsyncDisposable {
  readonly #file: string
  readonly #onProblem: (problem: string) => void
  #thread: Promise<SqliteThread> | undefined

  /** `onProblem` receives a sentence for the log when a damaged file was renamed. */
  constructor(file: string, onProblem: (problem: string) => void) {
    this.#file = file
    this.#onProblem = onProblem
  }

  async append(rows: readonly TelemetryRow[]): Promise<void> {
    await this.#use(thread => thread.run([saveSpan.each(rows)]))
  }

  async read(deviceId: string, stepMs: number, sinceMs: number): Promise<{ at: number; span: TelemetrySpan }[]> {
    const rows = await this.#use(thread => readSpans.rows(thread, { deviceId, stepMs, sinceMs }))
    return rows.map(({ at, span }) => ({ at, span: JSON.parse(span) as TelemetrySpan }))
  }

  async forgetBefore(stepMs: number, at: number): Promise<void> {
    await this.#use(thread => thread.run([forgetSpans.with({ stepMs, at })]))
  }

  /** Starts no thread for a file that holds nothing yet. */
  async loadRecorders(): Promise<StoredRecorder[]> {
    if (!statSync(this.#file, { throwIfNoEntry: false })?.size) return []
    const rows = await this.#use(thread => loadAllRecorders.rows(thread))
    return rows.map(({ device_id: deviceId, base, addresses, events, samples }) => ({
      deviceId,
      kept: { base, addresses: addressesOf(addresses), events: bytesOf(events), samples: bytesOf(samples) },
    }))
  }

  async saveRecorders(recorders: readonly StoredRecorder[]): Promise<void> {
    await this.#use(thread => thread.run([saveRecorder.each(recorders)]))
  }

  async forgetRecorders(deviceIds: readonly string[]): Promise<void> {
    await this.#use(thread => thread.run([forgetRecorder.each(deviceIds)]))
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
      // Several calls may meet the damage: the first of them renames the file.
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
      try {
        await thread.configure(['pragma journal_mode = wal', 'pragma synchronous = normal'])
        for (const migration of await pendingMigrations(thread, telemetryFormat)) await thread.run(migration)
        return thread
      } catch (error) {
        await thread.close()
        throw error
      }
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'damaged')) this.#thread = undefined
      throw error
    }
  }
}

type StoredRecorder = Awaited<ReturnType<FlightRecorderStore['loadRecorders']>>[number]

const queries = sqliteQueries<TelemetryTables>()

const saveSpan = prepare((from: From<TelemetryRow>) =>
  queries
    .insertInto('telemetry')
    .values({
      device_id: from('deviceId'),
      step_ms: from('stepMs'),
      at: from('at'),
      span: from(row => JSON.stringify(row.span)),
    })
    .onConflict(conflict =>
      conflict.columns(['device_id', 'step_ms', 'at']).doUpdateSet(({ ref }) => ({ span: ref('excluded.span') })),
    ),
)

const readSpans = prepare((from: From<{ deviceId: string; stepMs: number; sinceMs: number }>) =>
  queries
    .selectFrom('telemetry')
    .select(['at', 'span'])
    .where('device_id', '=', from('deviceId'))
    .where('step_ms', '=', from('stepMs'))
    .where('at', '>=', from('sinceMs'))
    .orderBy('at'),
)

const forgetSpans = prepare((from: From<{ stepMs: number; at: number }>) =>
  queries.deleteFrom('telemetry').where('step_ms', '=', from('stepMs')).where('at', '<', from('at')),
)

const loadAllRecorders = prepare(() => queries.selectFrom('black_boxes').selectAll())

const saveRecorder = prepare((from: From<StoredRecorder>) =>
  queries
    .insertInto('black_boxes')
    .values({
      device_id: from('deviceId'),
      base: from(({ kept }) => Math.round(kept.base)),
      addresses: from(({ kept }) => JSON.stringify(kept.addresses)),
      events: from(({ kept }) => textOf(kept.events)),
      samples: from(({ kept }) => textOf(kept.samples)),
    })
    .onConflict(conflict =>
      conflict.column('device_id').doUpdateSet(({ ref }) => ({
        base: ref('excluded.base'),
        addresses: ref('excluded.addresses'),
        events: ref('excluded.events'),
        samples: ref('excluded.samples'),
      })),
    ),
)

const forgetRecorder = prepare((from: From<string>) =>
  queries.deleteFrom('black_boxes').where('device_id', '=', from()),
)

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'base64')

/** Returns an empty list if the text is damaged: the rest of the flight recorder is still worth reading. */
function addressesOf(text: string): string[] {
  try {
    const addresses: unknown = JSON.parse(text)
    if (Array.isArray(addresses) && addresses.every(address => typeof address === 'string')) return addresses
  } catch {}
  return []
}
