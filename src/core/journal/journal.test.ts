import { describe, expect, it } from 'vitest'
import { FakeClock, settled } from '../../../tests/support/fake-clock.ts'
import { MemoryStore } from '../../../tests/support/memory-store.ts'
import { defaultLimits } from '../limits.ts'
import { Journal } from './journal.ts'

function started(store = new MemoryStore(), lastId = 0) {
  const clock = new FakeClock()
  const journal = new Journal(store, clock, defaultLimits, { node: 'n_abc', epoch: 3, lastId })
  return { clock, store, journal, note: (text: string) => journal.note({ kind: 'gateway', text }) }
}

describe('the journal', () => {
  it('stamps each entry on receipt with an id that grows, the time, the node and how often it has started', () => {
    const { clock, journal, note } = started(new MemoryStore(), 41)
    const first = note('one')
    clock.advance(7)
    const second = journal.note({ kind: 'message', text: 'two', deviceId: 'd_1', connectionId: 'c_1', address: 'a' })
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
    await expect(committed).rejects.toThrow('disk full')
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
})
