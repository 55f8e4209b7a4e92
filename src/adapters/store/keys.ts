import type { QueryCreator } from 'kysely'
import type { ApiKey } from '../../core/people/api-key.ts'
import type { KeyStore } from '../../core/people/api-keys.ts'
import type { Database } from './database.ts'
import { type From, prepare } from './prepared-query.ts'
import { readRow } from './store-error.ts'
import type { Tables } from './tables.ts'

export function keyStore(database: Database, queries: QueryCreator<Tables>): KeyStore {
  const loadAll = prepare(() => queries.selectFrom('keys').select('record').orderBy('id'))
  const save = prepare((from: From<ApiKey>) =>
    queries
      .insertInto('keys')
      .values({ id: from('id'), record: from(key => JSON.stringify(key)) })
      .onConflict(conflict => conflict.column('id').doUpdateSet(({ ref }) => ({ record: ref('excluded.record') }))),
  )
  const forget = prepare((from: From<string>) => queries.deleteFrom('keys').where('id', '=', from()))

  return {
    async loadKeys() {
      const rows = await loadAll.rows(database)
      return rows.map(({ record }) => readRow(database.location, record) as ApiKey)
    },

    async saveKey(key) {
      await database.run([save.with(key)])
    },

    async deleteKey(id) {
      await database.run([forget.with(id)])
    },
  }
}
