import type { Store } from './store.ts'
import type { StoreHealth } from './store-health.ts'

/** The setting that is written to test whether the store can be written again. */
const probe = 'store.probe'

/**
 * A store whose writes are watched. Failed writes of journal rows and devices are repeated by their writers, and a
 * failed deletion of a key is repeated here. A setting or a new key that could not be stored is not stored later,
 * because no client got a confirmation: only a probe is written then, until the store can be written again.
 */
export function watchedStore(store: Store, health: StoreHealth): Store {
  const probing = () => store.putSetting(probe, 1)
  return {
    loadDevices: () => store.loadDevices(),
    loadTombstones: () => store.loadTombstones(),
    saveDevices: devices => health.watch('devices', store.saveDevices(devices)),
    deleteDevices: (ids, tombstones) => health.watch('devices', store.deleteDevices(ids, tombstones)),
    loadKeys: () => store.loadKeys(),
    saveKey: key => health.promptly('keys', () => store.saveKey(key), probing),
    deleteKey: id =>
      health.promptly(
        `the end of key ${id}`,
        () => store.deleteKey(id),
        () => store.deleteKey(id),
      ),
    getSetting: name => store.getSetting(name),
    putSetting: (name, value) => health.promptly('settings', () => store.putSetting(name, value), probing),
    append: rows => health.watch('journal', store.append(rows)),
    query: query => health.observe('reads', store.query(query), () => store.query({ ...query, signal: undefined })),
    lastId: () => store.lastId(),
    prune: limits => store.prune(limits),
    [Symbol.asyncDispose]: async () => {
      health.close()
      await store[Symbol.asyncDispose]()
    },
  }
}
