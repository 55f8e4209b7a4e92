import type { ApiKey } from '../../core/access/keys.ts'
import type { KeyStore } from '../../core/store.ts'
import type { SqliteThread } from './sqlite/sqlite-thread.ts'
import { readRow } from './store-error.ts'

const save = 'insert into keys (id, record) values (?, ?) on conflict (id) do update set record = excluded.record'

export function keyStore(thread: SqliteThread): KeyStore {
  return {
    async loadKeys() {
      const rows = await thread.all<{ record: string }>('select record from keys order by id')
      return rows.map(({ record }) => readRow(thread.file, record) as ApiKey)
    },

    async saveKey(key) {
      await thread.run([{ sql: save, rows: [[key.id, JSON.stringify(key)]] }])
    },

    async deleteKey(id) {
      await thread.run([{ sql: 'delete from keys where id = ?', rows: [[id]] }])
    },
  }
}
