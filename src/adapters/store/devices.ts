import type { Device } from '../../core/devices/device.ts'
import type { DeviceStore } from '../../core/devices/store.ts'
import type { SqliteThread } from './sqlite/sqlite-thread.ts'
import { readRow } from './store-error.ts'

const save = `insert into devices (id, state, record) values (?, ?, ?)
  on conflict (id) do update set state = excluded.state, record = excluded.record`
const forget = 'delete from devices where id = ?'
const bury = 'insert into tombstones (hash) values (?) on conflict do nothing'

export function deviceStore(thread: SqliteThread): DeviceStore {
  return {
    async loadDevices() {
      // One text, not a row for each: of ten thousand rows the way out of the thread costs more than the reading.
      const sql = `select coalesce(group_concat(record, ',' order by id), '') as records from devices`
      const [all] = await thread.all<{ records: string }>(sql)
      return readRow(thread.file, `[${all!.records}]`) as Device[]
    },

    async saveDevices(devices) {
      await thread.run([{ sql: save, rows: devices.map(device => [device.id, device.state, JSON.stringify(device)]) }])
    },

    async deleteDevices(ids, tombstones) {
      await thread.run([
        { sql: forget, rows: ids.map(id => [id]) },
        { sql: bury, rows: tombstones.map(hash => [hash]) },
      ])
    },

    async loadTombstones() {
      const rows = await thread.all<{ hash: string }>('select hash from tombstones')
      return rows.map(({ hash }) => hash)
    },
  }
}
