import type { CompiledQuery, SchemaModule } from 'kysely'
import { PreparedQuery } from '../../prepared-query.ts'
import { StoreError } from '../../store-error.ts'
import { sqliteQueries } from '../sqlite-queries.ts'
import type { SqliteThread } from '../sqlite-thread.ts'

/** The statements of one step, run in one transaction. A released step never changes: add another. */
export type Migration = (schema: SchemaModule) => { compile(): CompiledQuery }[]

/** Forwards only. A database of format 3 has had the first three. Loaded where they are needed, which is once. */
const migrations: readonly (() => Promise<Migration>)[] = [
  async () => (await import('./0001-first-tables.ts')).firstTables,
]

/** "Drvz", in the file's header: tells our database from any other program's. */
const applicationId = 0x4472767a

/** @throws StoreError when the file belongs to a newer Darvaza or to another program; it is left as it is. */
export async function checkFormat(thread: SqliteThread, file: string): Promise<void> {
  const id = await pragma(thread, 'application_id')
  const [found] = await thread.all<{ tables: number }>('select count(*) as tables from sqlite_schema')
  if (id !== applicationId && found!.tables > 0)
    throw new StoreError('foreign', `${file} is a database of another program. Choose another data folder.`)
  const format = await pragma(thread, 'user_version')
  if (format > migrations.length)
    throw new StoreError(
      'newer',
      `${file} was written by a newer Darvaza (format ${format}; this one knows up to ${migrations.length}). ` +
        'Run that version again, or restore a backup made before the update.',
    )
}

/** Brings the tables to the newest format, each step in a transaction together with its number. */
export async function migrate(thread: SqliteThread): Promise<void> {
  const format = await pragma(thread, 'user_version')
  if (format >= migrations.length) return
  const { schema } = sqliteQueries()
  for (const [index, load] of migrations.entries())
    if (index >= format) {
      const migration = await load()
      await thread.run([
        ...migration(schema).map(query => new PreparedQuery(query).with(undefined)),
        { sql: `pragma application_id = ${applicationId}`, rows: [[]] },
        { sql: `pragma user_version = ${index + 1}`, rows: [[]] },
      ])
    }
}

async function pragma(thread: SqliteThread, name: string): Promise<number> {
  const [row] = await thread.all<Record<string, number>>(`pragma ${name}`)
  return row![name]!
}
