import type { DeviceView, EnrolmentView, JournalEntryView, KeyView } from '../../../src/protocol/api.ts'

export type { DeviceView, EnrolmentView, JournalEntryView, KeyView }
export type Role = KeyView['role']
export type Kind = DeviceView['kind']
export const roles: readonly Role[] = ['viewer', 'operator', 'owner']

export interface Person {
  id: string
  name: string
  email: string
  role: Role
  /** Devices and tags this person reaches; null or absent: all. */
  grants?: string[] | null
  twoFactor?: boolean
  language?: 'en' | 'fa' | null
}

export interface Me {
  person: Person | null
  needsOwner: boolean
  features: { passkeys: boolean; oidc: { id: string; name: string }[] }
}

export interface Settings {
  journalMaxAgeDays: number
  journalMaxMb: number
}

export interface About {
  version: string
  node?: string
  runtime?: string
  uptimeS: number
  licences?: { name: string; version: string; licence: string }[]
}

/** `[t ms, average, least, greatest]`; null where nothing was said. */
export type Point = [number, number | null, number | null, number | null]
export interface Telemetry {
  series: Record<string, Point[]>
  stepMs: number
}
export type Range = '15m' | '24h' | '30d'
