import { AsyncLocalStorage } from 'node:async_hooks'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ProviderLink } from '../../core/people/accounts.ts'
import { accountOf } from './people-queries.ts'

/**
 * Reports to the caller, for its records, when an account of an OpenID provider is linked to a person by its verified
 * address. A second account of the same provider is refused: an account is identified for good by its subject only, as
 * an address may be given to another person (OpenID Connect Core 1.0, section 5.7).
 */
export class AccountLinks {
  readonly #find: StatementSync
  readonly #noted = new AsyncLocalStorage<{ link?: ProviderLink }>()

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(accountOf.sql)
  }

  /** Runs one request. `link`: the account that it linked, or whose link was refused. */
  async during<T>(request: () => Promise<T>): Promise<{ answer: T; link: ProviderLink | undefined }> {
    const noted: { link?: ProviderLink } = {}
    const answer = await this.#noted.run(noted, request)
    return { answer, link: noted.link }
  }

  /** Called before a row of "account" is written. Returns false to have the row not written. */
  mayLink({ userId, providerId }: { userId: string; providerId: string }): boolean {
    if (providerId === 'credential') return true
    const isFirst = this.#find.get(...accountOf.valuesOf({ userId, providerId })) === undefined
    const noted = this.#noted.getStore()
    if (noted) noted.link = { personId: userId, provider: providerId, refused: !isFirst }
    return isFirst
  }
}
