import type { QueryCreator } from 'kysely'
import type { SettingsStore } from '../../core/settings/settings-store.ts'
import type { Database } from './database.ts'
import { type From, prepare } from './prepared-query.ts'
import { readRow } from './store-error.ts'
import type { Tables } from './tables.ts'

export function settingsStore(database: Database, queries: QueryCreator<Tables>): SettingsStore {
  const find = prepare((from: From<string>) =>
    queries.selectFrom('settings').select('value').where('name', '=', from()),
  )
  const put = prepare((from: From<Tables['settings']>) =>
    queries
      .insertInto('settings')
      .values({ name: from('name'), value: from('value') })
      .onConflict(conflict => conflict.column('name').doUpdateSet(({ ref }) => ({ value: ref('excluded.value') }))),
  )

  return {
    async getSetting(name) {
      const [row] = await find.rows(database, name)
      return row && readRow(database.location, row.value)
    },

    async putSetting(name, value) {
      // JSON has no undefined: it is stored as null.
      await database.run([put.with({ name, value: JSON.stringify(value) ?? 'null' })])
    },
  }
}
