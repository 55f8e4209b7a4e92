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
 * Hashes and compares passwords. Better Auth takes another way for an address that is unknown or has no password than
 * for one that has; so a sign-in is checked here before it gets there, by one statement and one hash in every case.
 */
export class PasswordCheck {
  readonly #find: StatementSync
  /** What the password of an account without one is compared with. Nobody knows a password for it. */
  readonly #nobody = `${randomBytes(16).toString('hex')}:${randomBytes(64).toString('hex')}`
  readonly #proven = new AsyncLocalStorage<StoredHash>()
  /** Hashes since the start: all have the same parameters. */
  hashes = 0

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(passwordByEmail.sql)
  }

  /** Whether this is the password of this address. `then`: what it lets in, which hashes no second time. */
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

  /** As Better Auth asks for it. */
  async verify(stored: StoredHash): Promise<boolean> {
    const proven = this.#proven.getStore()
    return (proven?.hash === stored.hash && proven.password === stored.password) || (await this.#matches(stored))
  }

  #matches(stored: StoredHash): Promise<boolean> {
    this.hashes++
    return verifyPassword(stored)
  }
}
