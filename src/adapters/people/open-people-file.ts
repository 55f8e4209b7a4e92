import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

/** Opens an existing file, for the gateway's own connection or that of the accounts' thread. */
export function openPeopleFile(file: string): DatabaseSync {
  const database = new DatabaseSync(`${pathToFileURL(file)}?mode=rw`)
  try {
    database.exec(
      'pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 5000',
    )
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
