import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/adapters/clock.ts'
import { SqlitePeople } from '../../src/adapters/people/people-store.ts'
import { type DatabaseFormat, pendingMigrations } from '../../src/adapters/store/sqlite/migrate.ts'
import { openSqliteStore } from '../../src/adapters/store/sqlite/sqlite-store.ts'
import { SqliteThread } from '../../src/adapters/store/sqlite/sqlite-thread.ts'
import { SqliteTelemetry } from '../../src/adapters/telemetry/sqlite-telemetry.ts'
import * as released from './released-files.ts'

async function tempFolder() {
  const path = await mkdtemp(join(tmpdir(), 'darvaza-migrations-'))
  return { at: (name: string) => join(path, name), [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

const openPeople = (file: string) => new SqlitePeople(file, systemClock, () => {})
const openTelemetry = (file: string) => new SqliteTelemetry(file, () => {})

describe('a store that version 0.1.0 wrote', () => {
  it('is opened as it is, with all it holds', async () => {
    await using folder = await tempFolder()
    const file = folder.at('darvaza.sqlite')
    released.makeFile(file, released.storeOf010, released.storeRows)
    const before = { rows: released.rowsOf(file), structure: released.structureOf(file) }
    {
      await using store = await openSqliteStore({ file })
      expect(await store.loadDevices()).toEqual([{ id: 'd_1', state: 'active', name: 'بام' }, { id: 'd_2' }])
      expect(await store.loadTombstones()).toEqual(['hash-1', 'hash-2'])
      expect(await store.loadKeys()).toEqual([{ id: 'k_1', hash: 'h', role: 'owner', label: "o'wner", createdAt: 1 }])
      expect(await store.getSetting('epoch')).toBe(7)
      expect(await store.lastId()).toBe(42)
      expect(await store.query({ limit: 10 })).toEqual([
        { id: 42, at: 1_800_000_000_042, node: 'n_1', epoch: 7, kind: 'gateway', text: 'started' },
        {
          id: 41,
          at: 1_800_000_000_041,
          node: 'n_1',
          epoch: 6,
          kind: 'message',
          deviceId: 'd_1',
          connectionId: 'c_1',
          address: '192.0.2.1',
          text: 'said something',
          data: { a: [1] },
        },
      ])
    }
    expect({ rows: released.rowsOf(file), structure: released.structureOf(file) }).toEqual(before)
    expect(released.migrationsOf(file)).toEqual({ format: 1, list: undefined })
  })

  it('has the tables of a new one', async () => {
    await using folder = await tempFolder()
    const file = folder.at('new.sqlite')
    await (await openSqliteStore({ file }))[Symbol.asyncDispose]()
    released.makeFile(folder.at('old.sqlite'), released.storeOf010)
    expect(released.structureOf(file)).toEqual(released.structureOf(folder.at('old.sqlite')))
    expect(released.migrationsOf(file)).toEqual({
      format: 1,
      list: [{ number: 1, name: 'first tables', noted: 1 }],
    })
  })
})

describe('people whom version 0.1.0 wrote', () => {
  it.each([
    ['as it is', released.peopleOf010, undefined],
    [
      'and brought to the newest format from its first one',
      released.peopleOfFormat1,
      [
        { number: 1, name: 'first tables', noted: 0 },
        { number: 2, name: 'device epoch', noted: 1 },
      ],
    ],
  ])('are opened %s, with all the file holds', async (_, schema, list) => {
    await using folder = await tempFolder()
    const file = folder.at('people.sqlite')
    released.makeFile(file, schema, released.peopleRows)
    const before = released.rowsOf(file)
    {
      using people = openPeople(file)
      const parisa = {
        id: 'p_1',
        name: 'پریسا',
        email: 'parisa@example.org',
        role: 'owner',
        twoFactor: true,
        invited: false,
        createdAt: Date.parse('2026-01-01'),
      }
      const omid = {
        id: 'p_2',
        name: 'Omid',
        email: 'omid@example.org',
        role: 'viewer',
        grants: ['d_1', '#roof'],
        twoFactor: false,
        invited: true,
        createdAt: Date.parse('2026-01-03'),
      }
      expect(people.all()).toEqual([parisa, omid])
      expect(people.byEmail('omid@example.org')).toEqual(omid)
      expect(people.invitation('invitation-1', 1)).toEqual(omid)
      expect(people.session('token-1', 1)).toEqual({ id: 's_1', person: parisa, expiresAt: Date.parse('2100-01-01') })
      expect(people.awaited('2fa-1', 1)).toBe('p_1')
      expect(people.linksOf('p_1')).toEqual([{ provider: 'google', since: Date.parse('2026-01-05') }])
      expect(people.deviceOwner('p_1')).toEqual({ email: 'parisa@example.org', epoch: 0 })
    }
    const persons = before.person!.map(person => ({ ...(person as object), device_epoch: 0 }))
    expect(released.rowsOf(file)).toEqual({ ...before, person: persons })
    expect(released.migrationsOf(file)).toEqual({ format: 2, list })
  })

  it('have the tables of new ones', async () => {
    await using folder = await tempFolder()
    const file = folder.at('new.sqlite')
    openPeople(file)[Symbol.dispose]()
    released.makeFile(folder.at('old.sqlite'), released.peopleOf010)
    expect(released.structureOf(file)).toEqual(released.structureOf(folder.at('old.sqlite')))
    expect(released.migrationsOf(file)).toEqual({
      format: 2,
      list: [
        { number: 1, name: 'first tables', noted: 1 },
        { number: 2, name: 'device epoch', noted: 1 },
      ],
    })
  })
})

describe('telemetry that version 0.1.0 wrote', () => {
  it.each([
    ['with black boxes', released.telemetryOf010 + released.boxRows, 1],
    ['without black boxes', released.telemetryOfBefore, 0],
  ])('is numbered, and keeps all it holds, %s', async (_, schema, boxes) => {
    await using folder = await tempFolder()
    const file = folder.at('telemetry.sqlite')
    released.makeFile(file, schema, released.telemetryRows)
    const before = released.rowsOf(file)
    {
      await using telemetry = openTelemetry(file)
      expect(await telemetry.read('d_1', 15_000, 0)).toEqual([
        { at: 1_800_000_000_000, span: { n: 1 } },
        { at: 1_800_000_015_000, span: { n: 2 } },
      ])
      const kept = await telemetry.loadRecorders()
      expect(kept).toHaveLength(boxes)
      if (boxes > 0) expect(kept[0]).toMatchObject({ deviceId: 'd_1', kept: { addresses: ['192.0.2.1'] } })
    }
    expect(released.rowsOf(file)).toEqual({ black_boxes: [], ...before })
    expect(released.migrationsOf(file)).toEqual({ format: 1, list: [{ number: 1, name: 'first tables', noted: 1 }] })
  })

  it('has the tables of a new one', async () => {
    await using folder = await tempFolder()
    const file = folder.at('new.sqlite')
    {
      await using telemetry = openTelemetry(file)
      await telemetry.read('d_1', 1, 0)
    }
    released.makeFile(folder.at('old.sqlite'), released.telemetryOf010)
    expect(released.structureOf(file)).toEqual(released.structureOf(folder.at('old.sqlite')))
  })

  it('is refused, and left as it is, when a newer Darvaza wrote it', async () => {
    await using folder = await tempFolder()
    const file = folder.at('telemetry.sqlite')
    released.makeFile(file, released.telemetryOf010, released.telemetryRows, 'pragma user_version = 99')
    const before = await readFile(file)
    await using telemetry = openTelemetry(file)
    await expect(telemetry.read('d_1', 15_000, 0)).rejects.toMatchObject({
      code: 'newer',
      message: expect.stringContaining(`${file} was written by a newer Darvaza. `),
    })
    expect((await readFile(file)).equals(before)).toBe(true)
  })
})

describe('a migration', () => {
  it('that fails leaves the format before it, which the next start goes on from', async () => {
    await using folder = await tempFolder()
    const file = folder.at('any.sqlite')
    released.makeFile(file, 'create table notes (text text)', 'pragma user_version = 1')
    const made = (...names: string[]): DatabaseFormat['migrations'][number] => ({
      name: names.join(' and '),
      statements: schema => names.map(name => schema.createTable(name).addColumn('id', 'integer')),
    })
    const migrations = [made('notes'), made('pages'), made('covers', 'notes')]
    const format: DatabaseFormat = { migrations, applicationId: 0, isForeign: () => false, newer: () => 'is newer' }
    const thread = await SqliteThread.open(file)
    const migrate = async () => {
      for (const migration of await pendingMigrations(thread, format)) await thread.run(migration)
    }
    await expect(migrate()).rejects.toThrow()
    const earlier = [
      { number: 1, name: 'notes', noted: 0 },
      { number: 2, name: 'pages', noted: 1 },
    ]
    expect(released.migrationsOf(file)).toEqual({ format: 2, list: earlier })
    expect(Object.keys(released.rowsOf(file))).toEqual(['notes', 'pages'])
    migrations[2] = made('covers')
    await migrate()
    expect(released.migrationsOf(file)).toEqual({
      format: 3,
      list: [...earlier, { number: 3, name: 'covers', noted: 1 }],
    })
    await thread.close()
  })
})
