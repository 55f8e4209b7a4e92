import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import type { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import type { Value } from '../../src/adapters/store/database.ts'
import { journalSearch } from '../../src/adapters/store/sqlite/journal-search.ts'
import { openSqliteStore, sqliteStore } from '../../src/adapters/store/sqlite/sqlite-store.ts'
import { SqliteThread } from '../../src/adapters/store/sqlite/sqlite-thread.ts'
import type { JournalRow } from '../../src/core/journal/entry.ts'
import { storeContract } from './store.contract.ts'

async function tempFolder() {
  const path = await mkdtemp(join(tmpdir(), 'darvaza-store-'))
  return {
    path,
    file: join(path, 'data', 'darvaza.sqlite'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}

const row = (id: number, pad = 0): JournalRow => ({
  id,
  at: 1_800_000_000_000 + id,
  node: 'n_1',
  epoch: 1,
  kind: 'message',
  text: `row ${id}`,
  data: { pad: 'x'.repeat(pad) },
})
const rows = (from: number, to: number, pad = 0) => Array.from({ length: to - from + 1 }, (_, i) => row(from + i, pad))

storeContract('SQLite', async () => {
  const folder = await tempFolder()
  return {
    open: () => openSqliteStore({ file: folder.file }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
})

describe('a search', () => {
  /** Makes a long journal and counts the statements that its searches send to the thread. */
  async function searching(file: string) {
    const store = await openSqliteStore({ file })
    await store.append(rows(1, 70_000))
    await store[Symbol.asyncDispose]()
    const thread = await SqliteThread.open(file)
    const asked = { all: 0, on: (): unknown => undefined }
    const all = thread.all.bind(thread) as (sql: string, parameters?: readonly Value[]) => Promise<never[]>
    thread.all = (sql, parameters) => {
      asked.all++
      asked.on()
      return all(sql, parameters)
    }
    return { query: journalSearch(thread), asked, [Symbol.asyncDispose]: () => thread.close() }
  }
  const wish = { limit: 10, search: { text: 'haystack', language: 'en' as const } }

  it('takes turns with all others, so that who turns a page waits for one slice', async () => {
    await using folder = await tempFolder()
    await using journal = await searching(folder.file)
    const found = Promise.all(Array.from({ length: 8 }, () => journal.query(wish)))
    await new Promise<void>(resolve => {
      journal.asked.on = () => journal.asked.all === 10 && resolve()
    })
    await journal.query({ limit: 10 })
    // Fewer than 5: the page's own statement, the running one, and those that started before the page was answered.
    expect(journal.asked.all - 10).toBeLessThan(5)
    expect((await found).flat()).toEqual([])
    expect(journal.asked.all).toBeGreaterThan(8 * 4)
  })

  it('ends when nobody waits for it any more', async () => {
    await using folder = await tempFolder()
    await using journal = await searching(folder.file)
    const abandoned = new AbortController()
    journal.asked.on = () => abandoned.abort()
    await journal.query({ ...wish, signal: abandoned.signal })
    // Two statements: one for the end of the first slice, one for its rows.
    expect(journal.asked.all).toBe(2)
  })
})

describe('the SQLite file', () => {
  it('is for the gateway’s own user only, with what SQLite puts beside it', async () => {
    await using folder = await tempFolder()
    await using store = await openSqliteStore(folder)
    await store.append([row(1)])
    const data = join(folder.path, 'data')
    expect((await stat(data)).mode & 0o777).toBe(0o700)
    for (const name of ['darvaza.sqlite', 'darvaza.sqlite-wal', 'darvaza.sqlite-shm'])
      expect((await stat(join(data, name))).mode & 0o777, name).toBe(0o600)
  })

  it('is alone again after closing: nothing is left in a write-ahead log', async () => {
    await using folder = await tempFolder()
    const store = await openSqliteStore(folder)
    await store.append(rows(1, 10))
    await store[Symbol.asyncDispose]()
    expect(await readdir(join(folder.path, 'data'))).toEqual(['darvaza.sqlite'])
  })

  it('gets smaller when the journal forgets', async () => {
    await using folder = await tempFolder()
    const store = await openSqliteStore(folder)
    for (let from = 1; from < 30_000; from += 5_000) await store.append(rows(from, from + 4_999, 500))
    await store.prune({ olderThanMs: 0, maxBytes: 4 * 1024 * 1024 })
    await store[Symbol.asyncDispose]()
    const { size } = await stat(folder.file)
    expect(size).toBeGreaterThan(2 * 1024 * 1024)
    expect(size).toBeLessThan(6 * 1024 * 1024)
  })

  it.each([1, 2])('holds every confirmed row after kill -9 (%i)', async () => {
    await using folder = await tempFolder()
    let confirmed = 0
    for (let round = 0; round < 2; round++) {
      const script = new URL('./store-appender.ts', import.meta.url).pathname
      const child = spawn(process.execPath, [script, folder.file], { stdio: ['ignore', 'pipe', 'inherit'] })
      const exited = once(child, 'exit')
      const until = confirmed + 300 + Math.random() * 1_500
      for await (const line of createInterface(child.stdout)) {
        confirmed = Number(line)
        if (confirmed > until) child.kill('SIGKILL')
      }
      expect((await exited)[1]).toBe('SIGKILL')

      await using store = await openSqliteStore(folder)
      expect(await store.lastId()).toBeGreaterThanOrEqual(confirmed)
      // The appender deletes its oldest rows, but no row may be missing between the oldest and the newest.
      const [oldest] = await store.query({ limit: 1, afterId: 0 })
      let expected = oldest!.id
      for (;;) {
        const page = await store.query({ limit: 1_000, afterId: expected - 1 })
        for (const { id, text } of page) {
          expect(id).toBe(expected++)
          expect(text).toBe(`row ${id}`)
        }
        if (page.length < 1_000) break
      }
      expect(expected).toBeGreaterThan(confirmed)
    }
    const database = new DatabaseSync(folder.file)
    expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
    database.close()
  })

  it('is refused, and left as it is, when a newer Darvaza wrote it', async () => {
    await using folder = await tempFolder()
    await (await openSqliteStore(folder))[Symbol.asyncDispose]()
    alter(folder.file, 'pragma user_version = 99')
    const before = await readFile(folder.file)
    await expect(openSqliteStore(folder)).rejects.toMatchObject({
      code: 'newer',
      message: expect.stringMatching(
        /darvaza\.sqlite was written by a newer Darvaza \(format 99; this one knows up to \d+\)/,
      ),
    })
    expect((await readFile(folder.file)).equals(before)).toBe(true)
  })

  it('is refused, and left as it is, when it belongs to another program', async () => {
    await using folder = await tempFolder()
    const file = join(folder.path, 'other.sqlite')
    alter(file, 'create table songs (title text)')
    const before = await readFile(file)
    await expect(openSqliteStore({ file })).rejects.toMatchObject({ code: 'foreign' })
    expect((await readFile(file)).equals(before)).toBe(true)
  })

  it('is refused with its name and a way out when it is no database', async () => {
    await using folder = await tempFolder()
    const file = join(folder.path, 'darvaza.sqlite')
    await writeFile(file, 'not a database at all, rather a letter to somebody. '.repeat(200))
    const refusal = openSqliteStore({ file })
    await expect(refusal).rejects.toMatchObject({ code: 'damaged', message: expect.stringContaining(file) })
    await expect(refusal).rejects.toThrow(/Restore a backup/)
  })

  it('tells of damage in the middle when it meets it', async () => {
    await using folder = await tempFolder()
    const store = await openSqliteStore(folder)
    await store.append(rows(1, 5_000, 200))
    await store[Symbol.asyncDispose]()
    const { size } = await stat(folder.file)
    const file = await open(folder.file, 'r+')
    for (let page = 12; page * 4096 < size; page++) await file.write(Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096)
    await file.close()
    await using damaged = await openSqliteStore(folder)
    await expect(damaged.query({ limit: 1_000 })).rejects.toMatchObject({ code: 'damaged' })
  })

  it('is refused with its name when its folder cannot be one', async () => {
    await using folder = await tempFolder()
    await writeFile(join(folder.path, 'data'), 'a file where the folder should be')
    await expect(openSqliteStore(folder)).rejects.toMatchObject({
      code: 'unopenable',
      message: expect.stringContaining(folder.file),
    })
  })
})

describe('a SQLite store in trouble', () => {
  async function troubled(file: string, pragma: string) {
    await (await openSqliteStore({ file }))[Symbol.asyncDispose]()
    const writer = await SqliteThread.open(file)
    const store = sqliteStore(writer, await SqliteThread.open(file))
    await store.append(rows(1, 10))
    await writer.all(pragma)
    return { store, writer }
  }

  it('refuses what does not fit on the disk, keeps nothing of it, and goes on when there is space', async () => {
    await using folder = await tempFolder()
    const { store, writer } = await troubled(folder.file, 'pragma max_page_count = 40')
    await using _ = store
    await expect(store.append(rows(11, 2_000, 500))).rejects.toMatchObject({ code: 'full' })
    expect(await store.query({ limit: 1_000 })).toHaveLength(10)
    await store.append([row(11)])
    await writer.all('pragma max_page_count = 1000000')
    await store.append(rows(12, 2_000, 500))
    expect(await store.lastId()).toBe(2_000)
  })

  it('refuses changes and still reads when it cannot be written', async () => {
    await using folder = await tempFolder()
    const { store } = await troubled(folder.file, 'pragma query_only = on')
    await using _ = store
    await expect(store.append([row(11)])).rejects.toMatchObject({ code: 'read_only' })
    await expect(store.putSetting('mode', 'open')).rejects.toMatchObject({ code: 'read_only' })
    expect(await store.query({ limit: 1_000 })).toHaveLength(10)
  })

  /** Opens a store and collects its threads, so that a test can end them. */
  async function withThreads(file: string) {
    const threads: Worker[] = []
    const collect = (worker: Worker) => threads.push(worker)
    process.on('worker', collect)
    const store = await openSqliteStore({ file })
    return {
      store,
      threads,
      async [Symbol.asyncDispose]() {
        process.off('worker', collect)
        await store[Symbol.asyncDispose]()
      },
    }
  }

  it('tells everybody who waits when its threads die, and serves the next call by others', async () => {
    await using folder = await tempFolder()
    await using opened = await withThreads(folder.file)
    const { store, threads } = opened
    await store.append([row(1)])
    expect(await store.query({ limit: 1 })).toEqual([row(1)])
    // This is far more work than two threads can finish before they are terminated.
    const batch = rows(2, 20_000, 100)
    const waiting = Promise.allSettled([store.append(batch), ...batch.slice(0, 500).map(() => store.lastId())])
    await Promise.all(threads.map(thread => thread.terminate()))
    const settled = await waiting
    for (const call of [settled.at(0), settled.at(-1)])
      expect(call).toMatchObject({ status: 'rejected', reason: { code: 'failed' } })
    expect(settled[0]).toMatchObject({ reason: { message: expect.stringMatching(/started again.*ask once more/) } })
    await store.append(batch)
    expect(await store.query({ limit: 1 })).toEqual([row(20_000, 100)])
    expect(threads).toHaveLength(4)
  })

  it('commits as durably as before after its thread has died', async () => {
    await using folder = await tempFolder()
    const threads: Worker[] = []
    const collect = (worker: Worker) => threads.push(worker)
    process.on('worker', collect)
    await using stack = new AsyncDisposableStack()
    stack.defer(() => void process.off('worker', collect))
    await (await openSqliteStore(folder))[Symbol.asyncDispose]()
    const writer = stack.adopt(await SqliteThread.open(folder.file), thread => thread.close())
    await writer.configure(['pragma synchronous = full', 'pragma query_only = on'])
    await threads.at(-1)!.terminate()
    expect(await writer.all('pragma synchronous')).toEqual([{ synchronous: 2 }])
    expect(await writer.all('pragma query_only')).toEqual([{ query_only: 1 }])
  })

  it('holds no lock for a thread that died within a transaction', async () => {
    await using folder = await tempFolder()
    const { store, writer } = await troubled(folder.file, 'pragma synchronous = full')
    await using _ = store
    const threads: Worker[] = []
    const collect = (worker: Worker) => threads.push(worker)
    process.on('worker', collect)
    const dying = await SqliteThread.open(folder.file)
    process.off('worker', collect)
    await dying.all('begin immediate')
    await threads[0]!.terminate()
    await writer.all('pragma busy_timeout = 0')
    await store.append([row(11)])
    await dying.close()
  })

  it('uses its file again once it is well again, without a restart', async () => {
    await using folder = await tempFolder()
    await using opened = await withThreads(folder.file)
    const { store, threads } = opened
    await store.append(rows(1, 200, 200))
    const [writer] = threads
    const well = join(folder.path, 'well.sqlite')
    alter(folder.file, 'pragma wal_checkpoint(truncate)')
    await copyFile(folder.file, well)
    const { size } = await stat(folder.file)
    const file = await open(folder.file, 'r+')
    for (let page = 1; page * 4096 < size; page++) await file.write(Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096)
    // A new thread has no pages of the undamaged file in its cache.
    await writer!.terminate()
    await expect(store.append([row(201)])).rejects.toMatchObject({ code: 'damaged' })
    await expect(store.query({ limit: 1 })).rejects.toMatchObject({ code: 'damaged' })
    await file.write(await readFile(well), 0, undefined, 0)
    await file.close()
    await store.append([row(201)])
    expect(await store.query({ limit: 1 })).toEqual([row(201)])
  })

  it('refuses a file that was taken away, and makes no empty one in its place', async () => {
    await using folder = await tempFolder()
    await using opened = await withThreads(folder.file)
    const { store, threads } = opened
    await store.append([row(1)])
    for (const suffix of ['', '-wal', '-shm']) await rename(folder.file + suffix, `${folder.file}.away${suffix}`)
    await threads[0]!.terminate()
    await expect(store.append([row(2)])).rejects.toMatchObject({ code: 'unopenable' })
    for (const suffix of ['', '-wal', '-shm']) await rename(`${folder.file}.away${suffix}`, folder.file + suffix)
    await store.append([row(2)])
  })

  it('refuses a value that cannot be stored and serves the next call', async () => {
    await using folder = await tempFolder()
    await using store = await openSqliteStore(folder)
    const circular: Record<string, unknown> = {}
    circular.self = circular
    await expect(store.append([row(1), { ...row(2), data: circular }])).rejects.toThrow(/circular/)
    await expect(store.append([row(1), { ...row(2), text: (() => {}) as never }])).rejects.toThrow()
    await store.append([row(1)])
    expect(await store.lastId()).toBe(1)
  })
})

function alter(file: string, sql: string): void {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}

describe('a database thread that runs out of memory', () => {
  it('ends alone: who asked is told, and the next request is served by another', async () => {
    await using folder = await tempFolder()
    await (await openSqliteStore({ file: folder.file }))[Symbol.asyncDispose]()
    const thread = await SqliteThread.open(folder.file, 16)
    const huge = `with recursive numbers(n) as (select 1 union all select n + 1 from numbers limit 150000)
      select n, n || 'abcdefghijklmnopqrstuvwxyz' as text from numbers`
    const failure = await thread.all(huge).catch((error: Error) => error)
    expect(failure).toMatchObject({ code: 'failed', cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' } })
    expect(await thread.all('select 1 as one')).toEqual([{ one: 1 }])
    await thread.close()
  })
})
