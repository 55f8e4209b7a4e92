import type { DeviceView, EnrolmentView, JournalEntryView, KeyView, RefusalView } from '#protocol/api.ts'
import type { HealthView, VerdictView } from '#protocol/health.ts'
import type { MeView, PersonView } from '#protocol/people.ts'
import type { Part } from '#protocol/vocabulary.ts'

export type { DeviceView, EnrolmentView, HealthView, JournalEntryView, KeyView, Part, RefusalView, VerdictView }
export type Role = KeyView['role']
export type Kind = DeviceView['kind']
export const roles: readonly Role[] = ['viewer', 'operator', 'owner']

export type Person = PersonView
/** Nobody is signed in: `person` is null. */
export type Me = MeView

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
