/**
 * The tables, as the newest migration leaves them. Records are JSON text: their fields change from version to
 * version, and no query looks inside them. Times are milliseconds since 1970.
 */
export interface Tables {
  devices: { id: string; state: string; record: string }
  /** Hashes of the tokens of deleted devices: none of them may become a new device. */
  tombstones: { hash: string }
  keys: { id: string; record: string }
  settings: { name: string; value: string }
  journal: JournalTable
  /** At most one row: the highest id at the last removal of rows, kept as its own row may be removed. */
  journal_head: { only: 1; last_id: number }
}

export interface JournalTable {
  id: number
  at: number
  node: string
  epoch: number
  kind: string
  device_id: string | null
  connection_id: string | null
  address: string | null
  text: string
  data: string | null
}
