import { describe, expect, it } from 'vitest'
import { FakeClock, settled } from '../../../tests/support/fake-clock.ts'
import { noFaults } from '../../../tests/support/faults.ts'
import { MemoryStore } from '../../../tests/support/memory-store.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { Journal } from './journal.ts'

function started(store = new MemoryStore(), lastId = 0, limits: Partial<Limits> = {}) {
  const clock = new FakeClock()
  const journal = new Journal(
    store,
    clock,
    { ...defaultLimits, ...limits },
    { node: 'n_abc', epoch: 3, lastId },
    noFaults,
  )
  return { clock, store, journal, note: (text: string) => journal.write({ kind: 'act', text }) }
}

describe('the journal', () => {
  it('stamps each entry on receipt with an id that grows, the time, the node and how often it has started', () => {
    const { clock, journal, note } = started(new MemoryStore(), 41)
    const first = note('one')
    clock.advance(7)
    const second = journal.write({ kind: 'message', text: 'two', deviceId: 'd_1', connectionId: 'c_1', address: 'a' })
    expect(first).toMatchObject({ id: 42, at: clock.now() - 7, node: 'n_abc', epoch: 3 })
    expect(second).toMatchObject({ id: 43, at: clock.now(), deviceId: 'd_1', connectionId: 'c_1', address: 'a' })
  })

  it('gives growing ids also when the system clock is set back', () => {
    const { clock, note } = started()
    const first = note('one')
    clock.setSystemClock(-3_600_000)
    expect(note('two').id).toBeGreaterThan(first.id)
  })

  it('says committed when it is on disk, within 50 ms', async () => {
    const { clock, store, journal, note } = started()
    note('one')
    let done = false
    void journal.committed().then(() => (done = true))
    await settled()
    expect([done, store.rows()]).toEqual([false, []])
    await clock.pass(50)
    expect([done, store.rows().length]).toEqual([true, 1])
  })

  it('does not say committed when the disk failed, and loses nothing for that', async () => {
    const { clock, store, journal, note } = started()
    store.failure = new Error('disk full')
    note('one')
    const committed = journal.committed()
    committed.catch(() => {})
    await clock.pass(50)
    await expect(committed).rejects.toMatchObject({ code: 'store_unavailable', cause: store.failure })
    note('two')
    expect(journal.waiting).toBe(2)
    store.failure = undefined
    await clock.pass(2_000, 100)
    expect(store.rows().map(row => row.text)).toEqual(['one', 'two'])
    expect(journal.waiting).toBe(0)
  })

  it('lets a reader see what happened a moment ago', async () => {
    const { clock, journal, note } = started()
    note('one')
    note('two')
    const rows = journal.query({ limit: 10 })
    await clock.pass(50)
    expect((await rows).map(row => row.text)).toEqual(['two', 'one'])
  })

  it('tells followers of each entry as it happens, until they stop', () => {
    const { journal, note } = started()
    const heard: string[] = []
    const stop = journal.follow(row => heard.push(row.text))
    note('one')
    stop()
    note('two')
    expect(heard).toEqual(['one'])
  })

  it('brings the rest to disk at the end', async () => {
    const { clock, store, journal, note } = started()
    note('one')
    await journal.close()
    expect(store.rows()).toHaveLength(1)
    expect(clock.timers).toBe(0)
  })

  it('stores acts and readings before other rows, and promises them without waiting for these', async () => {
    const { clock, store, journal } = started()
    for (let count = 0; count < 3_000; count++) journal.write({ kind: 'message', text: 'log', data: { type: 'log' } })
    journal.write({ kind: 'message', text: 'reading', data: { type: 'sensor_data' } })
    journal.write({ kind: 'act', text: 'act' })
    const promised: string[] = []
    void journal.committed().then(() => promised.push('act'))
    void journal.readingsCommitted().then(() => promised.push('reading'))
    await clock.pass(25)
    expect(promised.sort()).toEqual(['act', 'reading'])
    expect(store.rows()).toHaveLength(1_000)
    expect(store.rows().filter(({ text }) => text !== 'log')).toMatchObject([{ text: 'reading' }, { text: 'act' }])
  })

  it('answers readers from what is there while the disk is full, and who goes on from the last id misses nothing', async () => {
    const { clock, store, journal, note } = started()
    for (const text of ['one', 'two']) note(text)
    await clock.pass(50)
    store.failure = new Error('disk full')
    journal.write({ kind: 'gateway', text: 'three' })
    await clock.pass(25)
    note('four')
    const texts = async (query: { afterId?: number }) =>
      (await journal.query({ limit: 10, ...query })).map(({ text }) => text)
    expect(await texts({})).toEqual(['two', 'one'])
    store.failure = undefined
    // The act is stored first, while a row with a smaller id is not stored yet.
    await store.append([{ id: 4, at: 0, node: 'n_abc', epoch: 3, kind: 'act', text: 'four' }])
    store.failure = new Error('disk full')
    expect([await texts({}), await texts({ afterId: 0 })]).toEqual([
      ['four', 'two', 'one'],
      ['one', 'two'],
    ])
  })

  it('drops ordinary rows when there is no room for them, says so once the disk is back, and keeps acts', async () => {
    const { clock, store, journal, note } = started(undefined, 0, { rowsWaiting: 3 })
    store.failure = new Error('disk full')
    for (let count = 0; count < 5; count++) {
      journal.write({ kind: 'gateway', text: `row ${count}` })
      await clock.pass(1_000)
    }
    note('act')
    expect([journal.waiting, journal.dropped]).toEqual([4, 2])
    const dropped = [3, 4].map(count => new Date(clock.now() - 5_000 + count * 1_000).toISOString())
    store.failure = undefined
    await clock.pass(10_000, 500)
    expect(store.rows().map(({ text }) => text)).toEqual([
      'row 0',
      'row 1',
      'row 2',
      'act',
      `2 rows were not written between ${dropped[0]} and ${dropped[1]}: the disk could not take them`,
    ])
    expect(store.rows().at(-1)!.data).toEqual({ event: 'rows_lost', rows: 2, from: dropped[0], until: dropped[1] })
  })

  it('keeps readings and acts apart: a reading without room is refused, an act still has its own', async () => {
    const { clock, store, journal, note } = started(undefined, 0, { readingsWaiting: 1 })
    store.failure = new Error('disk full')
    const reading = () => journal.write({ kind: 'message', text: 'reading', data: { type: 'sensor_data' } })
    reading()
    reading()
    await expect(journal.readingsCommitted()).rejects.toThrow(/no|lost/)
    note('act')
    const act = journal.committed()
    store.failure = undefined
    await clock.pass(25)
    await expect(act).resolves.toBeUndefined()
  })
})
