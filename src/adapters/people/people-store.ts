import { closeSync, openSync } from 'node:fs'
import type { Role } from '#protocol/vocabulary.ts'
import type { Clock } from '../../core/clock.ts'
import type { Invitation, PeopleStore, Person, PersonSession } from '../../core/people/person.ts'
import type { PreparedQuery } from '../store/prepared-query.ts'
import { readRow } from '../store/store-error.ts'
import { PeopleFile } from './people-file.ts'
import {
  deviceOwner,
  endDevicesOf,
  endSessionsOf,
  endVerificationsOf,
  everybody,
  insertInvitation,
  insertPerson,
  insertUser,
  type PersonRow,
  personByEmail,
  personById,
  personByInvitation,
  providersOf,
  removeInvitation,
  removePasskeysOf,
  removeTwoFactorOf,
  removeUser,
  sessionByToken,
  setGrants,
  setName,
  setRole,
  switchTwoFactorOff,
  verificationByToken,
} from './people-queries.ts'

/**
 * People and their sessions in `people.sqlite`: rows that Better Auth writes, and Darvaza's own beside them. Every
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
    const rows = this.#file.attempt(() => this.#file.all(everybody, undefined))
    return rows.map(row => this.#personOf(row))
  }

  get(id: string): Person | undefined {
    return this.#one(personById, id)
  }

  byEmail(email: string): Person | undefined {
    return this.#one(personByEmail, email)
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
    this.#file.together(() => {
      this.#file.run(insertUser, { id, name, email, at: new Date(createdAt).toISOString() })
      this.#file.run(insertPerson, { id, role, ...(grants && { grants }) })
      if (invitation)
        this.#file.run(insertInvitation, { hash: invitation.hash, person_id: id, until: invitation.until })
    })
  }

  update(id: string, { name, role, ...rest }: { name?: string; role?: Role; grants?: string[] | undefined }): void {
    this.#file.together(() => {
      if (name !== undefined) this.#file.run(setName, { id, name })
      if (role !== undefined) this.#file.run(setRole, { id, role })
      if ('grants' in rest) this.#file.run(setGrants, { id, grants: rest.grants })
    })
  }

  remove(id: string): void {
    this.#file.together(() => {
      this.#file.run(endVerificationsOf, id)
      this.#file.run(removeUser, id)
    })
  }

  invitation(hash: string, now: number): Person | undefined {
    return this.#one(personByInvitation, { hash, now })
  }

  endInvitation(hash: string): void {
    this.#file.attempt(() => this.#file.run(removeInvitation, hash))
  }

  endSessions(id: string): void {
    this.#file.together(() => {
      this.#file.run(endSessionsOf, id)
      this.#file.run(endVerificationsOf, id)
      this.#file.run(endDevicesOf, id)
    })
  }

  endDevices(id: string): void {
    this.#file.attempt(() => this.#file.run(endDevicesOf, id))
  }

  /** The address of the person a known device belongs to, and the epoch that its cookie must have. */
  deviceOwner(id: string): { email: string; epoch: number } | undefined {
    return this.#file.attempt(() => this.#file.first(deviceOwner, id))
  }

  linksOf(id: string): { provider: string; since: number }[] {
    const rows = this.#file.attempt(() => this.#file.all(providersOf, id))
    return rows.map(({ provider, since }) => ({ provider, since: Date.parse(since) }))
  }

  endSecondFactor(id: string): void {
    this.#file.together(() => {
      this.#file.run(removeTwoFactorOf, id)
      this.#file.run(removePasskeysOf, id)
      this.#file.run(switchTwoFactorOff, id)
    })
  }

  /** `token`: one whose signature was checked. */
  session(token: string, now: number): PersonSession | undefined {
    const row = this.#file.attempt(() => this.#file.first(sessionByToken, token))
    const expiresAt = row ? Date.parse(row.expires_at) : 0
    return row && expiresAt > now ? { id: row.session_id, person: this.#personOf(row), expiresAt } : undefined
  }

  /** The id of the person whose second factor a sign-in waits for. */
  awaited(token: string, now: number): string | undefined {
    const row = this.#file.attempt(() => this.#file.first(verificationByToken, token))
    return row && Date.parse(row.expiresAt) > now ? row.value : undefined
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]()
  }

  #one<Input>(query: PreparedQuery<Input, PersonRow>, input: Input): Person | undefined {
    const row = this.#file.attempt(() => this.#file.first(query, input))
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
      invited: Boolean(row.invited),
      createdAt: Date.parse(row.created_at),
    }
  }
}
