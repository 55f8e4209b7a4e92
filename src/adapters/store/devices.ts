import type { Kysely } from 'kysely'
import type { Device } from '../../core/devices/device.ts'
import type { DeviceStore } from '../../core/devices/store.ts'
import { statement } from './sqlite-dialect.ts'
import type { SqliteThread } from './sqlite-thread.ts'
import { readRow } from './store-error.ts'
import type { Tables } from './tables.ts'

export function deviceStore(thread: SqliteThread, db: Kysely<Tables>): DeviceStore {
  const save = db
    .insertInto('devices')
    .values({ id: '', state: '', record: '' })
    .onConflict(conflict =>
      conflict
        .column('id')
        .doUpdateSet(({ ref }) => ({ state: ref('excluded.state'), record: ref('excluded.record') })),
    )
  const forget = db.deleteFrom('devices').where('id', '=', '')
  const bury = db
    .insertInto('tombstones')
    .values({ hash: '' })
    .onConflict(conflict => conflict.doNothing())

  return {
    async loadDevices() {
      const rows = await db.selectFrom('devices').select('record').orderBy('id').execute()
      return rows.map(({ record }) => readRow(thread.file, record) as Device)
    },

    async saveDevices(devices) {
      const rows = devices.map(device => [device.id, device.state, JSON.stringify(device)])
      await thread.run([statement(save, rows)])
    },

    async deleteDevices(ids, tombstones) {
      const devices = ids.map(id => [id])
      const hashes = tombstones.map(hash => [hash])
      await thread.run([statement(forget, devices), statement(bury, hashes)])
    },

    async loadTombstones() {
      const rows = await db.selectFrom('tombstones').select('hash').execute()
      return rows.map(({ hash }) => hash)
    },
  }
}
