import type { ColumnType } from 'kysely'
import type { Role } from '#protocol/vocabulary.ts'

/**
 * The tables of `people.sqlite`, as the newest migration leaves them. `person` and `invitation` are Darvaza's own; the
 * others are Better Auth's, here with the columns that Darvaza reads or writes itself. Better Auth's times are ISO 8601.
 */
export interface PeopleTables {
  user: {
    id: string
    name: string
    email: string
    emailVerified: number
    createdAt: string
    updatedAt: string
    twoFactorEnabled: number | null
  }
  session: { id: string; expiresAt: string; token: string; userId: string }
  account: {
    id: string
    accountId: string
    providerId: string
    userId: string
    password: string | null
    createdAt: string
  }
  verification: { id: string; identifier: string; value: string; expiresAt: string }
  twoFactor: { id: string; userId: string }
  passkey: { id: string; userId: string }
  /** `grants`: JSON. `device_epoch` counts how often the person's known devices were ended. */
  person: { id: string; role: Role; grants: string | null; device_epoch: Defaulted<number> }
  /** `until`: milliseconds since 1970. */
  invitation: { hash: string; person_id: string; until: number }
}

/** A column that an insert may leave out. */
type Defaulted<Value> = ColumnType<Value, Value | undefined, Value>
