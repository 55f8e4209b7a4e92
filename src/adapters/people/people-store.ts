import { closeSync, openSync } from 'node:fs'
import type { Invitation, PeopleStore, Person, PersonSession } from '../../core/access/person.ts'
import type { Clock } from '../../core/clock.ts'
import type { Role } from '../../protocol/vocabulary.ts'
import { readRow } from '../store/store-error.ts'
import { PeopleFile } from './people-file.ts'

interface PersonRow {
  id: string
  name: string
  email: string
  created_at: string
  two_factor: number | null
  role: Role
  grants: string | null
  invited: number
}

/** Without a way to sign in one has never come in. */
const columns = `u."id" as id, u."name" as name, u."email" as email, u."createdAt" as created_at,
  u."twoFactorEnabled" as two_factor, p.role as role, p.grants as grants,
  not exists (select 1 from "account" a where a."userId" = u."id")
    and not exists (select 1 from "passkey" k where k."userId" = u."id") as invited`
const everybody = `select ${columns} from "user" u join person p on p.id = u."id"`

/**
 * People and their sessions in `people.sqlite`: the rows Better Auth keeps, and what is Darvaza's own beside them. Every
 * method throws a StoreError where the file cannot be read or written at the moment.
 */
export class SqlitePeople implements PeopleStore, Disposable {
  readonly #path: string
  readonly #file: PeopleFile

  /** The file is made with mode 0600 if it is missing. @throws StoreError when it cannot be used. */
  constructor(path: string, clock: Pick<Clock, 'ticks'>, onProblem: (problem: string) => void) {
    closeSync(openSync(path, 'a', 0o600))
    this.#path = path
    this.#file = new PeopleFile(path, clock, onProblem)
  }

  all(): Person[] {
    const sql = `${everybody} order by u."createdAt", u."id"`
    const rows = this.#file.attempt(() => this.#file.prepare(sql).all()) as unknown as PersonRow[]
    return rows.map(row => this.#personOf(row))
  }

  get(id: string): Person | undefined {
    return this.#one(`${everybody} where u."id" = ?`, id)
  }

  byEmail(email: string): Person | undefined {
    return this.#one(`${everybody} where u."email" = ?`, email)
  }

  add(
    {
      id,
      name,
      email,
      role,
      grants,
      createdAt,
    }: Pick<Person, 'id' | 'name' | 'email' | 'role' | 'grants' | 'createdAt'>,
    invitation?: Invitation,
  ): void {
    const at = new Date(createdAt).toISOString()
    this.#file.together(() => {
      // An owner invited them by this address: that is all the proof there is, and an OIDC provider's word must match it.
      this.#file
        .prepare(
          'insert into "user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt") values (?, ?, ?, 1, ?, ?)',
        )
        .run(id, name, email, at, at)
      this.#file.prepare('insert into person (id, role, grants) values (?, ?, ?)').run(id, role, grantsText(grants))
      if (invitation)
        this.#file
          .prepare('insert into invitation (hash, person_id, until) values (?, ?, ?)')
          .run(invitation.hash, id, invitation.until)
    })
  }

  update(id: string, change: { name?: string; role?: Role; grants?: string[] | undefined }): void {
    this.#file.together(() => {
      if (change.name !== undefined)
        this.#file.prepare('update "user" set "name" = ? where "id" = ?').run(change.name, id)
      if (change.role !== undefined) this.#file.prepare('update person set role = ? where id = ?').run(change.role, id)
      if ('grants' in change)
        this.#file.prepare('update person set grants = ? where id = ?').run(grantsText(change.grants), id)
    })
  }

  remove(id: string): void {
    this.#file.together(() => {
      this.#file.prepare('delete from "verification" where "value" = ?').run(id)
      this.#file.prepare('delete from "user" where "id" = ?').run(id)
    })
  }

  invitation(hash: string, now: number): Person | undefined {
    return this.#one(
      `${everybody} join invitation i on i.person_id = u."id" where i.hash = ? and i.until > ?`,
      hash,
      now,
    )
  }

  endInvitation(hash: string): void {
    this.#file.attempt(() => this.#file.prepare('delete from invitation where hash = ?').run(hash))
  }

  endSessions(id: string): void {
    this.#file.together(() => {
      this.#file.prepare('delete from "session" where "userId" = ?').run(id)
      this.#file.prepare('delete from "verification" where "value" = ?').run(id)
      this.#endDevices(id)
    })
  }

  endDevices(id: string): void {
    this.#file.attempt(() => this.#endDevices(id))
  }

  /** Whose a known device is, and the epoch its cookie has to be of. */
  deviceOwner(id: string): { email: string; epoch: number } | undefined {
    const sql =
      'select u."email" as email, p.device_epoch as epoch from person p join "user" u on u."id" = p.id where p.id = ?'
    return this.#get(sql, id) as { email: string; epoch: number } | undefined
  }

  linksOf(id: string): { provider: string; since: number }[] {
    const sql = `select "providerId" as provider, "createdAt" as since from "account"
      where "userId" = ? and "providerId" <> 'credential' order by "createdAt"`
    const rows = this.#file.attempt(() => this.#file.prepare(sql).all(id)) as unknown as {
      provider: string
      since: string
    }[]
    return rows.map(({ provider, since }) => ({ provider, since: Date.parse(since) }))
  }

  endSecondFactor(id: string): void {
    this.#file.together(() => {
      this.#file.prepare('delete from "twoFactor" where "userId" = ?').run(id)
      this.#file.prepare('delete from "passkey" where "userId" = ?').run(id)
      this.#file.prepare('update "user" set "twoFactorEnabled" = 0 where "id" = ?').run(id)
    })
  }

  /** The session of a token that was found to be signed by us. */
  session(token: string, now: number): PersonSession | undefined {
    const sql = `select ${columns}, s."id" as session_id, s."expiresAt" as expires_at
      from "session" s join "user" u on u."id" = s."userId" join person p on p.id = u."id" where s."token" = ?`
    const row = this.#get(sql, token) as unknown as (PersonRow & { session_id: string; expires_at: string }) | undefined
    const expiresAt = row ? Date.parse(row.expires_at) : 0
    return row && expiresAt > now ? { id: row.session_id, person: this.#personOf(row), expiresAt } : undefined
  }

  /** Whose second factor a sign-in waits for. */
  awaited(token: string, now: number): string | undefined {
    const row = this.#get('select "value", "expiresAt" from "verification" where "identifier" = ?', token) as
      | { value: string; expiresAt: string }
      | undefined
    return row && Date.parse(row.expiresAt) > now ? row.value : undefined
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]()
  }

  #endDevices(id: string): void {
    this.#file.prepare('update person set device_epoch = device_epoch + 1 where id = ?').run(id)
  }

  #get(sql: string, ...parameters: (string | number)[]): Record<string, unknown> | undefined {
    return this.#file.attempt(() => this.#file.prepare(sql).get(...parameters))
  }

  #one(sql: string, ...parameters: (string | number)[]): Person | undefined {
    const row = this.#get(sql, ...parameters) as unknown as PersonRow | undefined
    return row && this.#personOf(row)
  }

  #personOf(row: PersonRow): Person {
    return {
      id: row.id,
      name: row.name,
      email: row.email,
      role: row.role,
      ...(row.grants !== null && { grants: readRow(this.#path, row.grants) as string[] }),
      twoFactor: row.two_factor === 1,
      invited: row.invited === 1,
      createdAt: Date.parse(row.created_at),
    }
  }
}

const grantsText = (grants: string[] | undefined): string | null => (grants ? JSON.stringify(grants) : null)
