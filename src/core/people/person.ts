import type { Role } from '#protocol/vocabulary.ts'

/** A person with an account. Passwords, second factors and passkeys are kept elsewhere and never pass through here. */
export interface Person {
  id: string
  name: string
  /** Lower case: people type it both ways. */
  email: string
  role: Role
  /** Devices (`d_…`) and tags (`#tag`) this person has access to. Absent: all of them. */
  grants?: string[]
  /** Whether a second factor is required. */
  twoFactor: boolean
  /** Has no password, linked provider or passkey yet. */
  invited: boolean
  createdAt: number
}

/** A session that is known and not over. */
export interface PersonSession {
  id: string
  person: Person
  expiresAt: number
}

/**
 * Stores people: a handful of rows in memory, read on every request of a browser. Therefore reads return at once, and a
 * change is on disk when its call returns.
 */
export interface PeopleStore {
  all(): Person[]
  get(id: string): Person | undefined
  byEmail(email: string): Person | undefined
  /** `hash`: SHA-256 of the code, base64url; `until`: epoch ms. */
  add(person: Pick<Person, 'id' | 'name' | 'email' | 'role' | 'grants' | 'createdAt'>, invitation?: Invitation): void
  update(id: string, change: { name?: string; role?: Role; grants?: string[] | undefined }): void
  remove(id: string): void
  /** The person whose invitation this is, if it is still valid at `now`. */
  invitation(hash: string, now: number): Person | undefined
  endInvitation(hash: string): void
  /** Ends every session of a person, every known device, and every device that was trusted to need no second factor. */
  endSessions(id: string): void
  /** Removes the second factor for a person who lost it: sign-in takes the password alone again, and no passkey. */
  endSecondFactor(id: string): void
}

export interface Invitation {
  hash: string
  until: number
}

/** Stores passwords: hashed, slowly, and on another thread than the sockets. */
export interface Passwords {
  set(personId: string, password: string): Promise<void>
}
