import type { Device } from './device.ts'

/** Stores devices. Every call is one transaction, and resolves after it is on disk. */
export interface DeviceStore {
  loadDevices(): Promise<Device[]>
  saveDevices(devices: readonly Device[]): Promise<void>
  /** Forgets devices; `tombstones` are token hashes (SHA-256, base64url) that must never start again as new. */
  deleteDevices(ids: readonly string[], tombstones: readonly string[]): Promise<void>
  loadTombstones(): Promise<string[]>
}
