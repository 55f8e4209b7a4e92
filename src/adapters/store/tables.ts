/**
 * The tables, as the newest migration leaves them. Records are JSON text: their fields change with the product, and
 * nothing is ever searched inside them. Times are milliseconds since 1970.
 */
export interface Tables {
  devices: { id: string; state: string; record: string }
  /** Hashes of tokens that must never start again as new. */
  tombstones: { hash: string }
  keys: { id: string; record: string }
  settings: { name: string; value: string }
  journal: JournalTable
  /** At most one row: the highest id when rows were last removed, for it must outlive them. */
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
