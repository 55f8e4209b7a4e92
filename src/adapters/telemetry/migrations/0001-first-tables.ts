import { sql } from 'kysely'
import type { Migration } from '../../store/sqlite/migrate.ts'

/** Files of version 0.1.0 have format 0, although they hold both tables, or the first. */
export const firstTables: Migration = {
  name: 'first tables',
  statements: schema => [
    schema
      .createTable('telemetry')
      .ifNotExists()
      .addColumn('device_id', 'text', column => column.notNull())
      .addColumn('step_ms', 'integer', column => column.notNull())
      .addColumn('at', 'integer', column => column.notNull())
      .addColumn('span', 'text', column => column.notNull())
      .addPrimaryKeyConstraint('telemetry_key', ['device_id', 'step_ms', 'at'])
      .modifyEnd(sql`strict, without rowid`),
    schema
      .createTable('black_boxes')
      .ifNotExists()
      .addColumn('device_id', 'text', column => column.primaryKey())
      .addColumn('base', 'integer', column => column.notNull())
      .addColumn('addresses', 'text', column => column.notNull())
      .addColumn('events', 'text', column => column.notNull())
      .addColumn('samples', 'text', column => column.notNull())
      .modifyEnd(sql`strict, without rowid`),
  ],
}
