// store-appender FILE: appends rows and prints each id when its row is confirmed. store-sqlite.test.ts kills it.
import { writeSync } from 'node:fs'
import { openSqliteStore } from '../../src/adapters/store/sqlite/sqlite-store.ts'

const store = await openSqliteStore({ file: process.argv[2]! })
let id = await store.lastId()
for (;;) {
  const rows = Array.from({ length: 1 + Math.floor(Math.random() * 50) }, () => ({
    id: ++id,
    at: Date.now(),
    node: 'n_1',
    epoch: 1,
    kind: 'message' as const,
    deviceId: `d_${id % 100}`,
    text: `row ${id}`,
    data: { pad: 'x'.repeat(Math.floor(Math.random() * 500)) },
  }))
  await store.append(rows)
  writeSync(1, `${id}\n`)
  if (id % 7 === 0)
    void store.prune({ olderThanMs: Date.now() - 500, maxBytes: Number.MAX_SAFE_INTEGER }).catch(() => {})
}
