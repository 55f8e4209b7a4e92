import { type Role, roles } from '#protocol/vocabulary.ts'
import { DarvazaError, inForce } from '../../errors/errors.ts'
import { type Principal, signatureOf } from '../access/access.ts'
import type { Clock } from '../clock.ts'
import { newId, newSecret, sha256 } from '../ids.ts'
import type { ActJournal } from '../journal/journal-ports.ts'
import type { ApiKey } from './api-key.ts'
import type { Person } from './person.ts'

/** Stores API keys. Each call resolves after its change is on disk. */
export interface KeyStore {
  loadKeys(): Promise<ApiKey[]>
  saveKey(key: ApiKey): Promise<void>
  deleteKey(id: string): Promise<void>
}

type PersonOf = (id: string) => Pick<Person, 'id' | 'name' | 'role' | 'grants'> | undefined

/** API keys: 256-bit secrets, kept only as hashes, and all in memory, so that a check never waits for the disk. */
export class ApiKeys {
  readonly #store: KeyStore
  readonly #clock: Clock
  readonly #journal: ActJournal
  readonly #personOf: PersonOf
  readonly #byHash: Map<string, ApiKey>

  private constructor(store: KeyStore, clock: Clock, journal: ActJournal, personOf: PersonOf, keys: ApiKey[]) {
    this.#personOf = personOf
    this.#store = store
    this.#clock = clock
    this.#journal = journal
    this.#byHash = new Map(keys.map(key => [key.hash, key]))
  }

  static async load(store: KeyStore, clock: Clock, journal: ActJournal, personOf: PersonOf): Promise<ApiKeys> {
    return new ApiKeys(store, clock, journal, personOf, await store.loadKeys())
  }

  all(): ApiKey[] {
    return [...this.#byHash.values()]
  }

  /** The principal of the key with this secret. */
  identify(secret: string): Principal | 'key_unknown' | 'key_expired' {
    const key = this.#byHash.get(sha256(secret))
    if (!key) return 'key_unknown'
    if (key.expiresAt !== undefined && this.#clock.now() >= key.expiresAt) return 'key_expired'
    const { id, label, role, grants, personId } = key
    if (personId === undefined) return { type: 'key', id, label, role, grants }
    const person = this.#personOf(personId)
    if (!person) return 'key_unknown'
    return {
      type: 'key',
      id,
      label,
      role: roles.indexOf(person.role) < roles.indexOf(role) ? person.role : role,
      grants: grants ?? person.grants,
      within: grants && person.grants,
    }
  }

  /** Makes a key; only this call returns its secret. Resolves when the key is on disk. */
  async create(
    by: Principal,
    wish: {
      role: Role
      label?: string | undefined
      expiresInS?: number | undefined
      grants?: string[] | undefined
      personId?: string | undefined
    },
  ): Promise<{ key: ApiKey; secret: string }> {
    const secret = newSecret('k')
    const now = this.#clock.now()
    const id = newId('k')
    const key: ApiKey = { id, hash: sha256(secret), role: wish.role, label: wish.label ?? id, createdAt: now }
    if (wish.expiresInS !== undefined) key.expiresAt = now + wish.expiresInS * 1000
    if (wish.grants !== undefined) key.grants = wish.grants
    if (wish.personId !== undefined) key.personId = wish.personId
    try {
      await this.#store.saveKey(key)
    } catch (error) {
      // The store may only have been slow and have stored the key by now.
      this.#store.deleteKey(id).catch(() => {})
      throw error
    }
    this.#byHash.set(key.hash, key)
    try {
      await this.#act(by, key, 'key.create')
    } catch (error) {
      // No client has received the secret, so the key is dropped.
      this.#byHash.delete(key.hash)
      this.#store.deleteKey(id).catch(() => {})
      this.#note(by, key, 'undone')
      throw new DarvazaError('store_unavailable', { cause: error })
    }
    return { key, secret }
  }

  /** Revokes a key; undefined if there is none. @throws DarvazaError store_unavailable if revoked, but still stored */
  async revoke(by: Principal, id: string): Promise<ApiKey | undefined> {
    const key = this.all().find(candidate => candidate.id === id)
    if (!key) return undefined
    this.#byHash.delete(key.hash)
    const deleted = this.#store.deleteKey(id)
    const act = this.#act(by, key, 'key.revoke')
    for (const ended of await Promise.allSettled([deleted, act]))
      if (ended.status === 'rejected') throw inForce(ended.reason)
    return key
  }

  /** Revokes all keys of a person. */
  async endOf(by: Principal, personId: string): Promise<void> {
    for (const key of this.all()) if (key.personId === personId) await this.revoke(by, key.id)
  }

  async #act(by: Principal, key: ApiKey, act: 'key.create' | 'key.revoke'): Promise<void> {
    this.#note(by, key, act)
    await this.#journal.committed()
  }

  #note(by: Principal, key: ApiKey, act: 'key.create' | 'key.revoke' | 'undone'): void {
    this.#journal.note({
      kind: 'act',
      data: {
        act,
        ...signatureOf(by),
        key: key.id,
        name: key.label,
        role: key.role,
        grants: key.grants,
        person: key.personId,
      },
    })
  }
}
