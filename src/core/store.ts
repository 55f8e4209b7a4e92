import type { DeviceStore } from './devices/device-store.ts'
import type { JournalStore } from './journal/entry.ts'
import type { ApiKey } from './people/api-key.ts'

export interface KeyStore {
  loadKeys(): Promise<ApiKey[]>
  saveKey(key: ApiKey): Promise<void>
  deleteKey(id: string): Promise<void>
}

/** Small facts the gateway itself must remember: enrolment mode, end of the pairing window, epoch. Values are JSON. */
export interface SettingsStore {
  getSetting(name: string): Promise<unknown>
  putSetting(name: string, value: unknown): Promise<void>
}

/** Everything an adapter under `adapters/store/` provides. Rooms ask for the one part they need. */
export interface Store extends DeviceStore, KeyStore, SettingsStore, JournalStore, AsyncDisposable {}

/**
 * The store cannot do what was asked: its disk is full or failing, its file damaged, its thread has ended. The message is
 * for the operator and may name files; whoever asked is answered `store_unavailable`.
 */
export class StoreFailure extends Error {}
