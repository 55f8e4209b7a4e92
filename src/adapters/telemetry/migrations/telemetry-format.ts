import type { DatabaseFormat } from '../../store/sqlite/migrate.ts'
import { firstTables } from './0001-first-tables.ts'

export const telemetryFormat: DatabaseFormat = {
  migrations: [firstTables],
  applicationId: 0,
  // Nothing in the first files tells them from another program's.
  isForeign: () => false,
  newer: () =>
    'was written by a newer Darvaza. Run that version again, or move it away with its -wal and -shm: charts begin anew.',
}
