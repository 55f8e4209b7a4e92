import type { DatabaseFormat } from '../../store/sqlite/migrate.ts'
import { firstTables } from './0001-first-tables.ts'
import { deviceEpoch } from './0002-device-epoch.ts'

const migrations = [firstTables, deviceEpoch]

export const peopleFormat: DatabaseFormat = {
  migrations,
  applicationId: 0,
  isForeign({ format, tables }) {
    if (format === 0) return tables.length > 0
    // A newer Darvaza's file may hold other tables.
    return format <= migrations.length && !tables.includes('invitation')
  },
  newer: () => 'was written by a newer Darvaza. Run that version again, or restore a backup made before.',
}
