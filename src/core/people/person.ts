import type { Role } from '#protocol/vocabulary.ts'

/** A person with an account. Passwords, second factors and passkeys are kept elsewhere. */
export interface Person {
  id: string
  name: string
  /** The address in lower case, because people type it in either case. */
  email: string
  role: Role
  /** Devices (`d_…`) and tags (`#tag`) this person has access to. Absent: all of them. */
  grants?: string[]
  /** Whether a second factor is required. */
  twoFactor: boolean
  /** Whether the person has no password, linked provider or passkey yet. */
  invited: boolean
  createdAt: number
}

/** A valid session. */
export interface PersonSession {
  id: string
  person: Person
  expiresAt: number
}

/**
 * Stores people: a few rows, kept in memory because every request of a browser reads them. Reads therefore return at
 * once, and a change is on disk when its call returns.
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
  /** Ends a person's sessions and known devices, and the trust in devices that need no second factor. */
  endSessions(id: string): void
  /** For a person who lost the second factor: removes it and the passkeys, so that the password alone is enough. */
  endSecondFactor(id: string): void
}

export interface Invitation {
  hash: string
  until: number
}

/** Stores passwords as slow hashes, which are computed on a thread that handles no sockets. */
export interface Passwords {
  set(personId: string, password: string): Promise<void>
}
