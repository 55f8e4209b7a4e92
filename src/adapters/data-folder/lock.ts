import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { storeError } from '../store/sqlite/result-codes.ts'
import { alreadyRunning } from './data-folder.ts'

/**
 * A process tries to take the lock for this long, in ms. If two try at the same moment, each may hold for an instant
 * the lock that the other one needs: without a second try both were refused in 1 of 25 races.
 */
const tryForMs = 400
/** SQLite's code for a file that another connection has locked (https://sqlite.org/rescode.html#busy). */
const busy = 5

/**
 * Takes a data folder for this process alone, before anything in it is opened. The lock is the system's: it ends with
 * the process, also by `kill -9`. Node has no call for one; SQLite has, and takes 1 to 2 ms for it
 * (docs/decisions/0005-start.md).
 * @throws Error naming the folder when another gateway runs on it; the system's error, or a StoreError, when the folder cannot be written
 */
export function lockDataFolder(dataDir: string): Disposable {
  const file = join(dataDir, 'darvaza.lock')
  // SQLite would make the file readable for every user. Closing a locked file would end the lock, so this comes first.
  closeSync(openSync(file, 'a', 0o600))
  const lock = new DatabaseSync(file, { timeout: tryForMs })
  try {
    // Nothing is ever written to the file, so that the lock works on a full disk too.
    lock.exec('pragma journal_mode = off; begin exclusive')
  } catch (error) {
    lock.close()
    const { message, errcode } = error as Error & { errcode?: number }
    throw errcode === busy ? alreadyRunning(dataDir) : storeError(file, { message, errcode })
  }
  return { [Symbol.dispose]: () => lock.close() }
}
