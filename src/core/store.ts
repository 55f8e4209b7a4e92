import type { DeviceStore } from './devices/device-store.ts'
import type { JournalStore } from './journal/entry.ts'
import type { KeyStore } from './people/api-keys.ts'
import type { SettingsStore } from './settings/settings-store.ts'

/** All ports of the store, which an adapter under `adapters/store/` provides. Each class uses one of them. */
export interface Store extends DeviceStore, KeyStore, SettingsStore, JournalStore, AsyncDisposable {}
