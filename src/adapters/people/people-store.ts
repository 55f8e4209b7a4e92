import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Role } from '../../core/access/access.ts'
import type { Invitation, PeopleStore, Person, PersonSession } from '../../core/access/person.ts'
import { storeError } from '../store/store-error.ts'
import { configure, migrate } from './tables.ts'

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

/** People and their sessions in `people.sqlite`: the rows Better Auth keeps, and what is Darvaza's own beside them. */
export class SqlitePeople implements PeopleStore, Disposable {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  /** The file is made with mode 0600 if it is missing. */
  constructor(file: string) {
    closeSync(openSync(file, 'a', 0o600))
    this.#database = new DatabaseSync(file)
    try {
      configure(this.#database)
      migrate(this.#database, file)
    } catch (error) {
      this.#database.close()
      const { message, errcode } = error as Error & { errcode?: number }
      throw errcode === undefined ? error : storeError(file, { message, errcode })
    }
  }

  all(): Person[] {
    return (this.#prepare(`${everybody} order by u."createdAt", u."id"`).all() as unknown as PersonRow[]).map(personOf)
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
    this.#together(() => {
      // An owner invited them by this address: that is all the proof there is, and an OIDC provider's word must match it.
      this.#prepare(
        'insert into "user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt") values (?, ?, ?, 1, ?, ?)',
      ).run(id, name, email, at, at)
      this.#prepare('insert into person (id, role, grants) values (?, ?, ?)').run(id, role, grantsText(grants))
      if (invitation)
        this.#prepare('insert into invitation (hash, person_id, until) values (?, ?, ?)').run(
          invitation.hash,
          id,
          invitation.until,
        )
    })
  }

  update(id: string, change: { name?: string; role?: Role; grants?: string[] | undefined }): void {
    this.#together(() => {
      if (change.name !== undefined) this.#prepare('update "user" set "name" = ? where "id" = ?').run(change.name, id)
      if (change.role !== undefined) this.#prepare('update person set role = ? where id = ?').run(change.role, id)
      if ('grants' in change)
        this.#prepare('update person set grants = ? where id = ?').run(grantsText(change.grants), id)
    })
  }

  remove(id: string): void {
    this.#together(() => {
      this.#prepare('delete from "verification" where "value" = ?').run(id)
      this.#prepare('delete from "user" where "id" = ?').run(id)
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
    this.#prepare('delete from invitation where hash = ?').run(hash)
  }

  endSessions(id: string): void {
    this.#together(() => {
      this.#prepare('delete from "session" where "userId" = ?').run(id)
      this.#prepare('delete from "verification" where "value" = ?').run(id)
    })
  }

  endSecondFactor(id: string): void {
    this.#together(() => {
      this.#prepare('delete from "twoFactor" where "userId" = ?').run(id)
      this.#prepare('delete from "passkey" where "userId" = ?').run(id)
      this.#prepare('update "user" set "twoFactorEnabled" = 0 where "id" = ?').run(id)
    })
  }

  /** The session of a token that was found to be signed by us. */
  session(token: string, now: number): PersonSession | undefined {
    const sql = `select ${columns}, s."id" as session_id, s."expiresAt" as expires_at
      from "session" s join "user" u on u."id" = s."userId" join person p on p.id = u."id" where s."token" = ?`
    const row = this.#prepare(sql).get(token) as unknown as
      | (PersonRow & { session_id: string; expires_at: string })
      | undefined
    const expiresAt = row ? Date.parse(row.expires_at) : 0
    return row && expiresAt > now ? { id: row.session_id, person: personOf(row), expiresAt } : undefined
  }

  /** Whose second factor a sign-in waits for. */
  awaited(token: string, now: number): string | undefined {
    const row = this.#prepare('select "value", "expiresAt" from "verification" where "identifier" = ?').get(token) as
      | { value: string; expiresAt: string }
      | undefined
    return row && Date.parse(row.expiresAt) > now ? row.value : undefined
  }

  [Symbol.dispose](): void {
    this.#statements.clear()
    this.#database.close()
  }

  #one(sql: string, ...parameters: (string | number)[]): Person | undefined {
    const row = this.#prepare(sql).get(...parameters) as unknown as PersonRow | undefined
    return row && personOf(row)
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)))
    return statement
  }

  #together(act: () => void): void {
    this.#database.exec('begin immediate')
    try {
      act()
      this.#database.exec('commit')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('rollback')
      throw error
    }
  }
}

const grantsText = (grants: string[] | undefined): string | null => (grants ? JSON.stringify(grants) : null)

const personOf = (row: PersonRow): Person => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role,
  ...(row.grants !== null && { grants: JSON.parse(row.grants) as string[] }),
  twoFactor: row.two_factor === 1,
  invited: row.invited === 1,
  createdAt: Date.parse(row.created_at),
})
