import type { Kysely } from 'kysely'
import type { ApiKey } from '../../core/access/keys.ts'
import type { KeyStore } from '../../core/store.ts'
import { readRow } from './store-error.ts'
import type { Tables } from './tables.ts'

export function keyStore(file: string, db: Kysely<Tables>): KeyStore {
  return {
    async loadKeys() {
      const rows = await db.selectFrom('keys').select('record').orderBy('id').execute()
      return rows.map(({ record }) => readRow(file, record) as ApiKey)
    },

    async saveKey(key) {
      const record = JSON.stringify(key)
      await db
        .insertInto('keys')
        .values({ id: key.id, record })
        .onConflict(conflict => conflict.column('id').doUpdateSet({ record }))
        .execute()
    },

    async deleteKey(id) {
      await db.deleteFrom('keys').where('id', '=', id).execute()
    },
  }
}
