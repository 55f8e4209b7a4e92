import type { Kysely } from 'kysely'
import type { SettingsStore } from '../../core/store.ts'
import { readRow } from './store-error.ts'
import type { Tables } from './tables.ts'

export function settingsStore(file: string, db: Kysely<Tables>): SettingsStore {
  return {
    async getSetting(name) {
      const row = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst()
      return row && readRow(file, row.value)
    },

    async putSetting(name, value) {
      // JSON has no undefined; null says "nothing" as well.
      const text = JSON.stringify(value) ?? 'null'
      await db
        .insertInto('settings')
        .values({ name, value: text })
        .onConflict(conflict => conflict.column('name').doUpdateSet({ value: text }))
        .execute()
    },
  }
}
