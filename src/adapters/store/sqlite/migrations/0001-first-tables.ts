import { sql } from 'kysely'
import type { Migration } from '../migrate.ts'

export const firstTables: Migration = {
  name: 'first tables',
  statements: schema => [
    schema
      .createTable('devices')
      .addColumn('id', 'text', column => column.primaryKey())
      .addColumn('state', 'text', column => column.notNull())
      .addColumn('record', 'text', column => column.notNull())
      .modifyEnd(sql`strict`),
    schema
      .createTable('tombstones')
      .addColumn('hash', 'text', column => column.primaryKey())
      .modifyEnd(sql`strict, without rowid`),
    schema
      .createTable('keys')
      .addColumn('id', 'text', column => column.primaryKey())
      .addColumn('record', 'text', column => column.notNull())
      .modifyEnd(sql`strict`),
    schema
      .createTable('settings')
      .addColumn('name', 'text', column => column.primaryKey())
      .addColumn('value', 'text', column => column.notNull())
      .modifyEnd(sql`strict`),
    schema
      .createTable('journal')
      .addColumn('id', 'integer', column => column.primaryKey())
      .addColumn('at', 'integer', column => column.notNull())
      .addColumn('node', 'text', column => column.notNull())
      .addColumn('epoch', 'integer', column => column.notNull())
      .addColumn('kind', 'text', column => column.notNull())
      .addColumn('device_id', 'text')
      .addColumn('connection_id', 'text')
      .addColumn('address', 'text')
      .addColumn('text', 'text', column => column.notNull())
      .addColumn('data', 'text')
      .modifyEnd(sql`strict`),
    schema
      .createTable('journal_head')
      .addColumn('only', 'integer', column => column.primaryKey())
      .addColumn('last_id', 'integer', column => column.notNull())
      .modifyEnd(sql`strict`),
    // In SQLite every index ends in the row's id: these are (device_id, id), (kind, id) and (at, id).
    schema.createIndex('journal_by_device').on('journal').column('device_id'),
    schema.createIndex('journal_by_kind').on('journal').column('kind'),
    schema.createIndex('journal_by_time').on('journal').column('at'),
  ],
}
