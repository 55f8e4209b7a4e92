import type { Migration } from '../../store/sqlite/migrate.ts'

/** Counts how often a person's known devices were ended: device cookies of an earlier epoch count for nothing. */
export const deviceEpoch: Migration = {
  name: 'device epoch',
  statements: schema => [
    schema.alterTable('person').addColumn('device_epoch', 'integer', column => column.notNull().defaultTo(0)),
  ],
}
