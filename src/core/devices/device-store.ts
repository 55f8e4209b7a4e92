import type { Device } from './device.ts'

/** Stores devices. Every call is one transaction, and resolves after that is on disk. */
export interface DeviceStore {
  loadDevices(): Promise<Device[]>
  saveDevices(devices: readonly Device[]): Promise<void>
  /** Forgets devices. `tombstones`: hashes (SHA-256, base64url) of tokens that must be rejected for ever. */
  deleteDevices(ids: readonly string[], tombstones: readonly string[]): Promise<void>
  loadTombstones(): Promise<string[]>
}
