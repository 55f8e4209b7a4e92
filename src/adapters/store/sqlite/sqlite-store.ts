import { chmod, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Store } from '../../../core/store.ts'
import { deviceStore } from '../devices.ts'
import { keyStore } from '../keys.ts'
import { settingsStore } from '../settings.ts'
import { StoreError } from '../store-error.ts'
import type { Tables } from '../tables.ts'
import { Checkpoints } from './checkpoints.ts'
import { journalStore } from './journal.ts'
import { pendingMigrations } from './migrate.ts'
import { storeFormat } from './migrations/store-format.ts'
import { sqliteQueries } from './sqlite-queries.ts'
import { SqliteThread } from './sqlite-thread.ts'

/**
 * Opens the database, or makes it: the file with mode 0600, its folder with 0700. Confirmed writes survive a killed
 * process and a power cut.
 * @throws StoreError when the file cannot be used; its message is for the operator.
 */
export async function openSqliteStore({ file }: { file: string }): Promise<Store> {
  await explained(file, create(file))
  const writer = await SqliteThread.open(file)
  try {
    const pending = await pendingMigrations(writer, storeFormat)
    await explained(file, chmod(file, 0o600))
    await configureWriter(writer, file)
    for (const migration of pending) await writer.run(migration)
    return sqliteStore(writer, await openReader(file))
  } catch (error) {
    await writer.close()
    throw error
  }
}

/** Creates the file, private to its user. SQLite gives the `-wal` and `-shm` beside it the same mode. */
async function create(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await (await open(file, 'a', 0o600)).close()
}

async function explained(file: string, step: Promise<void>): Promise<void> {
  try {
    await step
  } catch (cause) {
    const { message } = cause as Error
    throw new StoreError('unopenable', `${file} cannot be used (${message}). Check who owns it and its folder.`, {
      cause,
    })
  }
}

/** docs/decisions/0003-store-sqlite.md gives the reasons for these settings, and their costs. */
async function configureWriter(writer: SqliteThread, file: string): Promise<void> {
  const [, mode] = await writer.configure<{ journal_mode?: string }>([
    'pragma auto_vacuum = incremental',
    'pragma journal_mode = wal',
    'pragma synchronous = full',
    'pragma cache_size = -8000',
    'pragma journal_size_limit = 16777216',
    // 32 MiB: reached only if the reader's checkpoints fall behind.
    'pragma wal_autocheckpoint = 8000',
  ])
  if (mode?.[0]?.journal_mode !== 'wal')
    throw new StoreError('unopenable', `${file} is on a disk that cannot share memory. Use a local disk.`)
}

async function openReader(file: string): Promise<SqliteThread> {
  const reader = await SqliteThread.open(file)
  // `query_only` does not forbid checkpoints.
  await reader.configure(['pragma cache_size = -4000', 'pragma query_only = on'])
  return reader
}

/** `writer` commits; `reader` searches the journal and moves the log, so that neither of these delays a commit. */
export function sqliteStore(writer: SqliteThread, reader: SqliteThread): Store {
  const queries = sqliteQueries<Tables>()
  const checkpoints = new Checkpoints(reader)
  writer.onCommit = rows => checkpoints.committed(rows)
  const { stopPruning, ...journal } = journalStore(writer, reader)
  let closing: Promise<void> | undefined
  const close = async () => {
    await stopPruning()
    await reader.close()
    await writer.all('pragma wal_checkpoint(truncate)').catch(() => {})
    await writer.close()
  }
  return {
    ...deviceStore(writer, queries),
    ...keyStore(writer, queries),
    ...settingsStore(writer, queries),
    ...journal,
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}
