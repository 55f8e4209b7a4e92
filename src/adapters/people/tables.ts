import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import type { ColumnType } from 'kysely'
import type { Role } from '../../protocol/vocabulary.ts'
import { StoreError } from '../store/store-error.ts'

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

/**
 * The accounts' tables as Better Auth 1.7 wants them, written down here so that opening them does not load it: a test
 * asks it whether anything is missing. What is Darvaza's own is kept beside them, in `person` and `invitation`.
 */
const firstTables = `
create table "user" ("id" text not null primary key, "name" text not null, "email" text not null unique,
  "emailVerified" integer not null, "image" text, "createdAt" date not null, "updatedAt" date not null,
  "twoFactorEnabled" integer);
create table "session" ("id" text not null primary key, "expiresAt" date not null, "token" text not null unique,
  "createdAt" date not null, "updatedAt" date not null, "ipAddress" text, "userAgent" text,
  "userId" text not null references "user" ("id") on delete cascade);
create table "account" ("id" text not null primary key, "accountId" text not null, "providerId" text not null,
  "userId" text not null references "user" ("id") on delete cascade, "accessToken" text, "refreshToken" text,
  "idToken" text, "accessTokenExpiresAt" date, "refreshTokenExpiresAt" date, "scope" text, "password" text,
  "createdAt" date not null, "updatedAt" date not null);
create table "verification" ("id" text not null primary key, "identifier" text not null, "value" text not null,
  "expiresAt" date not null, "createdAt" date not null, "updatedAt" date not null);
create table "twoFactor" ("id" text not null primary key, "secret" text not null, "backupCodes" text not null,
  "userId" text not null references "user" ("id") on delete cascade, "verified" integer,
  "failedVerificationCount" integer, "lockedUntil" date);
create table "passkey" ("id" text not null primary key, "name" text, "publicKey" text not null,
  "userId" text not null references "user" ("id") on delete cascade, "credentialID" text not null,
  "counter" integer not null, "deviceType" text not null, "backedUp" integer not null, "transports" text,
  "createdAt" date, "aaguid" text);
create index "session_userId_idx" on "session" ("userId");
create index "account_userId_idx" on "account" ("userId");
create index "verification_identifier_idx" on "verification" ("identifier");
create index "twoFactor_secret_idx" on "twoFactor" ("secret");
create index "twoFactor_userId_idx" on "twoFactor" ("userId");
create index "passkey_userId_idx" on "passkey" ("userId");
create index "passkey_credentialID_idx" on "passkey" ("credentialID");

create table person (id text not null primary key references "user" ("id") on delete cascade, role text not null,
  grants text) strict;
create table invitation (hash text not null primary key,
  person_id text not null references "user" ("id") on delete cascade, until integer not null) strict;
`

/** The steps so far; a released one never changes: add another. */
const steps = [
  firstTables,
  // Counts how often a person's known devices were ended: device cookies of an earlier epoch count for nothing.
  'alter table person add column device_epoch integer not null default 0',
]

/** Opens a file that is there, for the gateway's own connection or that of the accounts' thread. */
export function open(file: string): DatabaseSync {
  const database = new DatabaseSync(`${pathToFileURL(file)}?mode=rw`)
  try {
    database.exec(
      'pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 5000',
    )
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Brings the tables to the newest form. @throws StoreError when a newer Darvaza or another program wrote them */
export function migrate(database: DatabaseSync, file: string): void {
  const { user_version: done } = database.prepare('pragma user_version').get() as { user_version: number }
  if (done > steps.length)
    throw new StoreError(
      'newer',
      `${file} was written by a newer Darvaza. Run that version again, or restore a backup made before.`,
    )
  const found = database.prepare("select count(*) as tables, sum(name = 'invitation') as ours from sqlite_schema").get()
  const { tables, ours } = found as { tables: number; ours: number | null }
  if (done === 0 ? tables > 0 : ours !== 1)
    throw new StoreError('foreign', `${file} is a database of another program. Choose another data folder.`)
  for (const [index, step] of steps.entries()) {
    if (index < done) continue
    database.exec(`begin immediate; ${step}; pragma user_version = ${index + 1}; commit`)
  }
}
