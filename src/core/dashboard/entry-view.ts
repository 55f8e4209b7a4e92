import type { JournalEntryView } from '#protocol/api.ts'
import type { Device } from '../devices/device.ts'
import { diagnosisTextOfRow, type Reader } from '../diagnosis/diagnosis-text.ts'
import type { JournalRow } from '../journal/entry.ts'

/** A row of the journal as the API shows it, with the name that its device has now. */
export const entryView = (
  row: JournalRow,
  devices: { get(deviceId: string): Device | undefined },
  reader: Reader,
): JournalEntryView => ({
  id: row.id,
  at: new Date(row.at).toISOString(),
  node: row.node,
  epoch: row.epoch,
  kind: row.kind,
  deviceId: row.deviceId ?? null,
  device: row.deviceId === undefined ? null : (devices.get(row.deviceId)?.name ?? null),
  connectionId: row.connectionId ?? null,
  address: row.address ?? null,
  text: row.text,
  data: row.data ?? null,
  diagnosis: diagnosisTextOfRow(row, reader) ?? null,
})
