import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../tests/support/fake-clock.ts'
import { MemoryStore } from '../../tests/support/memory-store.ts'
import { StoreHealth } from './store-health.ts'
import { watchedStore } from './watched-store.ts'

function started() {
  const clock = new FakeClock()
  const disk = new MemoryStore()
  const health = new StoreHealth(clock, { storeWaitMs: 2_000, storeRetryMs: 1_000 })
  const changes: string[] = []
  health.onChange(({ away, forMs }) => changes.push(away ? 'away' : `back after ${forMs}`))
  return { clock, disk, health, store: watchedStore(disk, health), changes }
}

const row = (id: number) => ({ id, at: 0, node: 'n', epoch: 1, kind: 'act' as const, text: 'row' })
const key = { id: 'k_1', hash: 'h', role: 'owner' as const, label: 'k', createdAt: 0 }

describe('a watched store', () => {
  it('is away from the first failure until each kind of write that failed has worked', async () => {
    const { clock, disk, health, store, changes } = started()
    disk.failure = new Error('disk full')
    await expect(store.append([row(1)])).rejects.toThrow('disk full')
    await expect(store.saveDevices([])).rejects.toThrow('disk full')
    expect(health.away).toEqual(['disk'])
    disk.failure = undefined
    await clock.pass(3_000)
    await store.append([row(1)])
    expect(health.away).toEqual(['disk'])
    await store.saveDevices([])
    expect([health.away, changes]).toEqual([[], ['away', 'back after 3000']])
  })

  it('finds out by itself, after pauses that grow, when a setting can be stored again, and does not store the refused one', async () => {
    const { clock, disk, health, store } = started()
    disk.failure = new Error('disk full')
    await expect(store.putSetting('retention', 7)).rejects.toThrow('disk full')
    const attempts = disk.writes.length
    await clock.pass(15_000, 250)
    expect(disk.writes.length - attempts).toBe(4)
    disk.failure = undefined
    await clock.pass(8_000, 250)
    expect([health.away, await disk.getSetting('retention'), clock.timers]).toEqual([[], undefined, 0])
  })

  it('deletes a key later that could not be deleted', async () => {
    const { clock, disk, store } = started()
    await store.saveKey(key)
    disk.failure = new Error('disk full')
    await expect(store.deleteKey(key.id)).rejects.toThrow('disk full')
    disk.failure = undefined
    await clock.pass(1_000)
    expect(await disk.loadKeys()).toEqual([])
  })

  it('deletes a key later also while a read that failed before goes on failing', async () => {
    const { clock, disk, store } = started()
    await store.saveKey(key)
    disk.query = async () => {
      throw new Error('a damaged page')
    }
    await expect(store.query({ limit: 5 })).rejects.toThrow('damaged')
    disk.failure = new Error('disk full')
    await expect(store.deleteKey(key.id)).rejects.toThrow('disk full')
    disk.failure = undefined
    await clock.pass(10_000, 250)
    expect(await disk.loadKeys()).toEqual([])
  })

  it('is away while a write takes longer than 2 s, and whoever waits is told after 2 s', async () => {
    const { clock, disk, health, store, changes } = started()
    let end = () => {}
    disk.putSetting = () => new Promise(resolve => (end = resolve))
    const put = store.putSetting('retention', 7)
    put.catch(() => {})
    await clock.pass(1_999)
    expect(health.away).toEqual([])
    await clock.pass(1)
    await expect(put).rejects.toThrow('has not answered in time')
    expect(health.away).toEqual(['disk'])
    end()
    await clock.pass(1)
    expect([health.away, changes, clock.timers]).toEqual([[], ['away', 'back after 1'], 0])
  })

  it('is away once a read failed, until that very read works', async () => {
    const { clock, disk, health, store } = started()
    const query = disk.query.bind(disk)
    disk.query = async () => {
      throw new Error('a damaged page')
    }
    await expect(store.query({ limit: 5 })).rejects.toThrow('damaged')
    expect(health.away).toEqual(['disk'])
    disk.query = query
    await clock.pass(1_000)
    expect(health.away).toEqual([])
  })
})
