import type { DeviceStore } from './devices/device-store.ts'
import type { JournalStore } from './journal/entry.ts'
import type { KeyStore } from './people/api-keys.ts'
import type { SettingsStore } from './settings/settings-store.ts'

/** All of the store's ports together, as an adapter under `adapters/store/` provides them. Each class takes one of them. */
export interface Store extends DeviceStore, KeyStore, SettingsStore, JournalStore, AsyncDisposable {}
