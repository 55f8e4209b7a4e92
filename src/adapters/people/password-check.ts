import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { passwordByEmail } from './people-queries.ts'

interface StoredHash {
  hash: string
  password: string
}

/**
 * Hashes and compares passwords. Better Auth does different work for an address with a password than for one that has
 * none or is unknown. So a sign-in is checked here first, by one statement and one hash in every case.
 */
export class PasswordCheck {
  readonly #find: StatementSync
  /** The hash that a password is compared with where the account has none. No password matches it. */
  readonly #nobody = `${randomBytes(16).toString('hex')}:${randomBytes(64).toString('hex')}`
  readonly #proven = new AsyncLocalStorage<StoredHash>()
  /** Hashes since the start: all have the same parameters. */
  hashes = 0

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(passwordByEmail.sql)
  }

  /** Calls `then` if the password is that of this address. Within `then`, the same password is not hashed again. */
  async signIn<T>(email: string, password: string, then: () => Promise<T>): Promise<T | undefined> {
    const row = this.#find.get(...passwordByEmail.valuesOf(email.toLowerCase())) as { hash: string | null } | undefined
    const hash = row?.hash ?? this.#nobody
    if (!(await this.#matches({ hash, password }))) return undefined
    return await this.#proven.run({ hash, password }, then)
  }

  hash(password: string): Promise<string> {
    this.hashes++
    return hashPassword(password)
  }

  /** Compares a password with its hash, in the form that Better Auth calls. */
  async verify(stored: StoredHash): Promise<boolean> {
    const proven = this.#proven.getStore()
    return (proven?.hash === stored.hash && proven.password === stored.password) || (await this.#matches(stored))
  }

  #matches(stored: StoredHash): Promise<boolean> {
    this.hashes++
    return verifyPassword(stored)
  }
}
