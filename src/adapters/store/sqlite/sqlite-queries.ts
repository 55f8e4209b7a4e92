import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'

/** Kysely for SQLite: it builds and types queries, and compiles them to SQL. A `Database` runs them. */
export const sqliteQueries = <Tables>(): Kysely<Tables> =>
  new Kysely<Tables>({
    dialect: {
      createDriver: () => new NoDriver(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createAdapter: () => new SqliteAdapter(),
      createIntrospector: db => new SqliteIntrospector(db),
    },
  })

/** Kysely's DummyDriver would answer every query with no rows. */
class NoDriver extends DummyDriver {
  override async acquireConnection(): Promise<never> {
    throw new Error('Queries are run by a Database, not by Kysely.')
  }
}
