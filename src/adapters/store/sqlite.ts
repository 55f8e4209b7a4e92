import { chmod, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Store } from '../../core/store.ts'
import { deviceStore } from './devices.ts'
import { journalStore } from './journal.ts'
import { keyStore } from './keys.ts'
import { checkFormat, migrate } from './migrations/migrations.ts'
import { settingsStore } from './settings.ts'
import { kyselyOver } from './sqlite-dialect.ts'
import { SqliteThread } from './sqlite-thread.ts'
import { StoreError } from './store-error.ts'

/**
 * Opens the database, or makes it: the file with mode 0600, its folder with 0700. What a call has confirmed survives
 * a killed process and a power cut.
 *
 * @throws StoreError when the file cannot be used; its message is for the operator.
 */
export async function openSqliteStore({ file }: { file: string }): Promise<Store> {
  await makePrivate(file)
  const writer = await SqliteThread.open(file)
  try {
    await checkFormat(writer, file)
    await configure(writer, file)
    await migrate(writer, kyselyOver(writer).schema)
    return sqliteStore(writer, await SqliteThread.open(file, { readOnly: true }))
  } catch (error) {
    await writer.close()
    throw error
  }
}

/** SQLite gives the `-wal` and `-shm` beside the file the file's own mode. */
async function makePrivate(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await (await open(file, 'a', 0o600)).close()
    await chmod(file, 0o600)
  } catch (cause) {
    const { message } = cause as Error
    throw new StoreError('unopenable', `${file} cannot be written (${message}). Check who owns it and its folder.`, {
      cause,
    })
  }
}

/** docs/decisions/0003-store-sqlite.md says why these, with what they cost. */
async function configure(writer: SqliteThread, file: string): Promise<void> {
  await writer.all('pragma auto_vacuum = incremental')
  const [mode] = await writer.all<{ journal_mode: string }>('pragma journal_mode = wal')
  if (mode?.journal_mode !== 'wal')
    throw new StoreError('unopenable', `${file} is on a disk that cannot share memory. Use a local disk.`)
  await writer.all('pragma synchronous = full')
  await writer.all('pragma cache_size = -8000')
  await writer.all('pragma journal_size_limit = 16777216')
}

/** One thread writes, another searches the journal: reading through all of it never delays a commit. */
export function sqliteStore(writer: SqliteThread, reader: SqliteThread): Store {
  const db = kyselyOver(writer)
  let closing: Promise<void> | undefined
  const close = async () => {
    await reader.close()
    await writer.all('pragma wal_checkpoint(truncate)').catch(() => {})
    await writer.close()
  }
  return {
    ...deviceStore(writer, db),
    ...keyStore(db),
    ...settingsStore(db),
    ...journalStore(writer, db, kyselyOver(reader), () => closing !== undefined),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}
