import type { DatabaseFormat } from '../../store/sqlite/migrate.ts'
import { firstTables } from './0001-first-tables.ts'

export const telemetryFormat: DatabaseFormat = {
  migrations: [firstTables],
  applicationId: 0,
  // Files of version 0.1.0 have neither a number nor an `application_id`, so a foreign file cannot be recognised.
  isForeign: () => false,
  newer: () =>
    'was written by a newer Darvaza. Run that version again, or move it away with its -wal and -shm: charts begin anew.',
}
