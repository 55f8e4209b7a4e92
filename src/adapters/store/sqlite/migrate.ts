import { type Compilable, type SchemaModule, sql } from 'kysely'
import type { Database, Statement } from '../database.ts'
import { type From, PreparedQuery, prepare } from '../prepared-query.ts'
import { StoreError } from '../store-error.ts'
import { sqliteQueries } from './sqlite-queries.ts'

/** One change of a database's tables, in one transaction together with its number. A released migration never changes. */
export interface Migration {
  name: string
  statements(schema: SchemaModule): readonly Compilable[]
}

/** The tables of one of the gateway's databases, and the marks of its file. */
export interface DatabaseFormat {
  /** Migrations only go forwards. The first has number 1: a file whose `user_version` is 3 has had the first three. */
  migrations: readonly Migration[]
  /** SQLite's `application_id`, which is in a file's header; 0 where the released files have none. */
  applicationId: number
  /** Whether another program made the file. */
  isForeign(marks: FileMarks): boolean
  /** The error text for a file of a higher format; it follows the file's name. */
  newer(format: number): string
}

/** Fields of a file's header, and the names of its tables and indexes. */
export interface FileMarks {
  applicationId: number
  format: number
  tables: string[]
}

/** The row that `readMarks` returns: its `tables` is JSON. */
export type FileMarksRow = Omit<FileMarks, 'tables'> & { tables: string }

const queries = sqliteQueries<{ migrations: { number: number; name: string; at: number | null } }>()

/** Returns one row. Nothing else of a file is read before `migrationsAfter` has accepted the file. */
export const readMarks = new PreparedQuery<void, FileMarksRow>(
  queries.selectNoFrom(() => [
    sql<number>`(select application_id from pragma_application_id)`.as('applicationId'),
    sql<number>`(select user_version from pragma_user_version)`.as('format'),
    sql<string>`(select json_group_array(name) from sqlite_schema)`.as('tables'),
  ]),
)

/** Calls `migrationsAfter` with the marks of an open database. */
export async function pendingMigrations(database: Database, format: DatabaseFormat): Promise<Statement[][]> {
  const [marks] = await readMarks.rows(database)
  return migrationsAfter(marks!, database.location, format)
}

/**
 * The migrations a file still needs, each as the statements of one transaction.
 *
 * @throws StoreError when the file belongs to a newer Darvaza or to another program; nothing may be written to it then.
 */
export function migrationsAfter(row: FileMarksRow, file: string, format: DatabaseFormat): Statement[][] {
  const marks: FileMarks = { ...row, tables: JSON.parse(row.tables) as string[] }
  if (format.isForeign(marks))
    throw new StoreError('foreign', `${file} is a database of another program. Choose another data folder.`)
  if (marks.format > format.migrations.length) throw new StoreError('newer', `${file} ${format.newer(marks.format)}`)
  const numbered = format.migrations.map((migration, index) => ({ ...migration, number: index + 1 }))
  const { schema } = queries
  return numbered.slice(marks.format).map(({ number, name, statements }) => [
    createList.with(),
    // Files of version 0.1.0 have no list of the migrations they had.
    noteEarlier.each(numbered.slice(0, number - 1)),
    ...statements(schema).map(query => new PreparedQuery<void, unknown>(query).with()),
    note.with({ number, name }),
    { sql: `pragma application_id = ${format.applicationId}`, rows: [[]] },
    { sql: `pragma user_version = ${number}`, rows: [[]] },
  ])
}

/**
 * The list of migrations that ran, for people to read: `user_version` alone decides which are pending. `at`: milliseconds
 * since 1970; null for a migration that ran before the list was kept.
 */
const createList = prepare(() =>
  queries.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('number', 'integer', column => column.primaryKey())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('at', 'integer')
    .modifyEnd(sql`strict`),
)

const noteEarlier = prepare((from: From<{ number: number; name: string }>) =>
  queries
    .insertInto('migrations')
    .values({ number: from('number'), name: from('name'), at: null })
    .onConflict(conflict => conflict.doNothing()),
)

const note = prepare((from: From<{ number: number; name: string }>) =>
  queries.insertInto('migrations').values({
    number: from('number'),
    name: from('name'),
    at: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
  }),
)
