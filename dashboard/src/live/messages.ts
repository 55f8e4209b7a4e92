import type { DeviceView, EnrolmentView, JournalEntryView } from '../api/types.ts'

/* The words of the dashboard's socket. Pictures come as binary messages: see frame.ts. */

export type Rate = 'full' | 'thumbnail'

export interface Steer {
  device: string
  servo1?: number
  servo2?: number
  smooth?: boolean
  action?: string
  ttlMs?: number
}

export type LeaseAct = 'take' | 'renew' | 'release' | 'ask' | 'grant' | 'deny' | 'seize'

export type Outgoing =
  | { type: 'watch'; cameras: { device: string; rate: Rate }[] }
  | { type: 'drawn'; camera: number; sequence: number }
  | { type: 'follow'; journal: JournalFilter | null }
  | ({ type: 'steer'; id: number } & Steer)
  | { type: 'lease'; device: string; act: LeaseAct }
  | { type: 'ping'; id: number }

export interface JournalFilter {
  device?: string
  kind?: string
}

export interface Lease {
  holder: { id: string; name: string; you: boolean } | null
  askedBy?: { id: string; name: string }
}

export interface Outcome {
  ok: boolean
  latencyMs?: number
  ack?: unknown
  error?: { code: string; message: string; hint: string }
}

export type Incoming =
  | { type: 'hello'; now: number; version: string }
  | { type: 'devices'; all?: boolean; devices: DeviceView[]; removed?: string[] }
  | { type: 'cameras'; index: Record<string, number> }
  | { type: 'entries'; entries: JournalEntryView[] }
  | ({ type: 'outcome'; id: number } & Outcome)
  | ({ type: 'lease'; device: string } & Lease)
  | ({ type: 'enrolment' } & EnrolmentView)
  | { type: 'pong'; id: number; now: number }
