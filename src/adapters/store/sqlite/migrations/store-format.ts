import type { DatabaseFormat } from '../migrate.ts'
import { firstTables } from './0001-first-tables.ts'

/** "Drvz": distinguishes the store from any other program's database. */
const applicationId = 0x4472767a

const migrations = [firstTables]

export const storeFormat: DatabaseFormat = {
  migrations,
  applicationId,
  isForeign: marks => marks.applicationId !== applicationId && marks.tables.length > 0,
  newer: format =>
    `was written by a newer Darvaza (format ${format}; this one knows up to ${migrations.length}). ` +
    'Run that version again, or restore a backup made before the update.',
}
