import { AsyncLocalStorage } from 'node:async_hooks'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ProviderLink } from '../../core/people/accounts.ts'
import { accountOf } from './people-queries.ts'

/**
 * Notices when an account of an OpenID provider is linked to a person by its verified address, for the caller to write
 * down. A second account of the same provider is refused: only its subject names an account for good, an address may be
 * given to another person (OpenID Connect Core 1.0, section 5.7).
 */
export class AccountLinks {
  readonly #find: StatementSync
  readonly #noted = new AsyncLocalStorage<{ link?: ProviderLink }>()

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(accountOf.sql)
  }

  /** Runs one request. `link`: the account that it linked, or was refused to link. */
  async during<T>(request: () => Promise<T>): Promise<{ answer: T; link: ProviderLink | undefined }> {
    const noted: { link?: ProviderLink } = {}
    const answer = await this.#noted.run(noted, request)
    return { answer, link: noted.link }
  }

  /** Is called before a row of "account" is written. False: the row is not written. */
  mayLink({ userId, providerId }: { userId: string; providerId: string }): boolean {
    if (providerId === 'credential') return true
    const isFirst = this.#find.get(...accountOf.valuesOf({ userId, providerId })) === undefined
    const noted = this.#noted.getStore()
    if (noted) noted.link = { personId: userId, provider: providerId, refused: !isFirst }
    return isFirst
  }
}
