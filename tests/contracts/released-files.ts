import { DatabaseSync } from 'node:sqlite'

/** The databases of a data folder as version 0.1.0 made them. The SQL stands here and does not depend on later code. */

export function makeFile(file: string, ...scripts: string[]): void {
  using database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal')
  for (const script of scripts) database.exec(script)
}

export const storeOf010 = `
pragma auto_vacuum = incremental;
create table "devices" ("id" text primary key, "state" text not null, "record" text not null) strict;
create table "tombstones" ("hash" text primary key) strict, without rowid;
create table "keys" ("id" text primary key, "record" text not null) strict;
create table "settings" ("name" text primary key, "value" text not null) strict;
create table "journal" ("id" integer primary key, "at" integer not null, "node" text not null, "epoch" integer not null,
  "kind" text not null, "device_id" text, "connection_id" text, "address" text, "text" text not null, "data" text) strict;
create table "journal_head" ("only" integer primary key, "last_id" integer not null) strict;
create index "journal_by_device" on "journal" ("device_id");
create index "journal_by_kind" on "journal" ("kind");
create index "journal_by_time" on "journal" ("at");
pragma application_id = 1148352122;
pragma user_version = 1;
`

export const storeRows = `
insert into devices values ('d_1', 'active', '{"id":"d_1","state":"active","name":"بام"}'), ('d_2', 'pending', '{"id":"d_2"}');
insert into tombstones values ('hash-1'), ('hash-2');
insert into keys values ('k_1', '{"id":"k_1","hash":"h","role":"owner","label":"o''wner","createdAt":1}');
insert into settings values ('epoch', '7'), ('enrolment', '{"mode":"approve"}');
insert into journal values (41, 1800000000041, 'n_1', 6, 'message', 'd_1', 'c_1', '192.0.2.1', 'said something', '{"a":[1]}'),
  (42, 1800000000042, 'n_1', 7, 'gateway', null, null, null, 'started', null);
insert into journal_head values (1, 40);
`

/** people.sqlite after its first migration, before device epochs existed. */
export const peopleOfFormat1 = `
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
pragma user_version = 1;
`

export const peopleOf010 = `${peopleOfFormat1}
alter table person add column device_epoch integer not null default 0;
pragma user_version = 2;
`

export const peopleRows = `
insert into "user" values ('p_1', 'پریسا', 'parisa@example.org', 1, null, '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', 1),
  ('p_2', 'Omid', 'omid@example.org', 1, null, '2026-01-03T00:00:00.000Z', '2026-01-03T00:00:00.000Z', null);
insert into "session" values ('s_1', '2100-01-01T00:00:00.000Z', 'token-1', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '192.0.2.1', 'Firefox', 'p_1');
insert into "account" values ('a_1', 'p_1', 'credential', 'p_1', null, null, null, null, null, null, 'salt:hash', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
  ('a_2', 'subject', 'google', 'p_1', null, null, null, null, null, null, null, '2026-01-05T00:00:00.000Z', '2026-01-05T00:00:00.000Z');
insert into "verification" values ('v_1', '2fa-1', 'p_1', '2100-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
insert into "twoFactor" values ('t_1', 'secret', 'codes', 'p_1', 1, 0, null);
insert into "passkey" values ('k_1', 'key', 'public', 'p_1', 'credential', 0, 'singleDevice', 0, null, '2026-01-01T00:00:00.000Z', null);
insert into person (id, role, grants) values ('p_1', 'owner', null), ('p_2', 'viewer', '["d_1","#roof"]');
insert into invitation values ('invitation-1', 'p_2', 4102444800000);
`

/** telemetry.sqlite before flight recorders were stored. Neither form of this file has a version number. */
export const telemetryOfBefore = `
create table if not exists telemetry (device_id text not null, step_ms integer not null,
  at integer not null, span text not null, primary key (device_id, step_ms, at)) strict, without rowid;
`

export const telemetryOf010 = `${telemetryOfBefore}
create table if not exists black_boxes (device_id text primary key, base integer not null,
  addresses text not null, events text not null, samples text not null) strict, without rowid;
`

export const telemetryRows = `
insert into telemetry values ('d_1', 15000, 1800000000000, '{"n":1}'), ('d_1', 15000, 1800000015000, '{"n":2}');
`

export const boxRows = `
insert into black_boxes values ('d_1', 1800000000000, '["192.0.2.1"]', 'AQID', 'BAUG');
`

/** Tables with their columns, keys and indexes as SQLite parsed them, independent of the SQL's spelling. */
export function structureOf(file: string): unknown {
  using database = new DatabaseSync(file, { readOnly: true })
  const rows = (sql: string, ...names: string[]) => database.prepare(sql).all(...names)
  const tables = rows(
    `select name, type, ncol, wr, strict from pragma_table_list
    where schema = 'main' and name not like 'sqlite_%' and name <> 'migrations' order by name`,
  )
  return tables.map(table => {
    const name = table.name as string
    return {
      ...table,
      columns: rows('select * from pragma_table_xinfo(?)', name),
      references: rows('select * from pragma_foreign_key_list(?)', name),
      indexes: rows('select name, "unique", origin, partial from pragma_index_list(?) order by name', name).map(
        index => ({ ...index, columns: rows('select * from pragma_index_xinfo(?)', index.name as string) }),
      ),
    }
  })
}

/** All rows of all tables except the list of migrations. */
export function rowsOf(file: string): Record<string, unknown[]> {
  using database = new DatabaseSync(file, { readOnly: true })
  const names = database
    .prepare(`select name from sqlite_schema where type = 'table' and name not in ('migrations') order by name`)
    .all() as { name: string }[]
  return Object.fromEntries(
    names.map(({ name }) => [name, database.prepare(`select * from "${name}" order by 1`).all()]),
  )
}

export function migrationsOf(file: string): { format: unknown; list: unknown } {
  using database = new DatabaseSync(file, { readOnly: true })
  const has = database.prepare(`select 1 from sqlite_schema where name = 'migrations'`).get()
  return {
    format: database.prepare('pragma user_version').get()!.user_version,
    list: has && database.prepare('select number, name, at is not null as noted from migrations order by number').all(),
  }
}
