import { type QueryCreator, sql } from 'kysely'
import type { Device } from '../../core/devices/device.ts'
import type { DeviceStore } from '../../core/devices/device-store.ts'
import type { Database } from './database.ts'
import { type From, prepare } from './prepared-query.ts'
import { readRow } from './store-error.ts'
import type { Tables } from './tables.ts'

export function deviceStore(database: Database, queries: QueryCreator<Tables>): DeviceStore {
  // Reads one text instead of rows: passing ten thousand rows from one thread to another costs more than reading them.
  const loadAll = prepare(() =>
    queries.selectFrom('devices').select(sql<string>`coalesce(string_agg(record, ',' order by id), '')`.as('records')),
  )
  const save = prepare((from: From<Device>) =>
    queries
      .insertInto('devices')
      .values({
        id: from('id'),
        state: from('state'),
        record: from(device => JSON.stringify(device)),
      })
      .onConflict(conflict =>
        conflict
          .column('id')
          .doUpdateSet(({ ref }) => ({ state: ref('excluded.state'), record: ref('excluded.record') })),
      ),
  )
  const forget = prepare((from: From<string>) => queries.deleteFrom('devices').where('id', '=', from()))
  const bury = prepare((from: From<string>) =>
    queries
      .insertInto('tombstones')
      .values({ hash: from() })
      .onConflict(conflict => conflict.doNothing()),
  )
  const loadBuried = prepare(() => queries.selectFrom('tombstones').select('hash'))

  return {
    async loadDevices() {
      const [all] = await loadAll.rows(database)
      return readRow(database.location, `[${all!.records}]`) as Device[]
    },

    async saveDevices(devices) {
      await database.run([save.each(devices)])
    },

    async deleteDevices(ids, tombstones) {
      await database.run([forget.each(ids), bury.each(tombstones)])
    },

    async loadTombstones() {
      const rows = await loadBuried.rows(database)
      return rows.map(({ hash }) => hash)
    },
  }
}
