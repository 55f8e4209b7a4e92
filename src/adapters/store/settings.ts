import type { SettingsStore } from '../../core/store.ts'
import type { SqliteThread } from './sqlite/sqlite-thread.ts'
import { readRow } from './store-error.ts'

const put = 'insert into settings (name, value) values (?, ?) on conflict (name) do update set value = excluded.value'

export function settingsStore(thread: SqliteThread): SettingsStore {
  return {
    async getSetting(name) {
      const [row] = await thread.all<{ value: string }>('select value from settings where name = ?', [name])
      return row && readRow(thread.file, row.value)
    },

    async putSetting(name, value) {
      // JSON has no undefined; null says "nothing" as well.
      await thread.run([{ sql: put, rows: [[name, JSON.stringify(value) ?? 'null']] }])
    },
  }
}
