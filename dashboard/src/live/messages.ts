import type { FromDashboard, JournalFollow, LeaseView, SteerOrder, ToDashboard } from '#protocol/dashboard.ts'
import type { CameraRate } from '#protocol/vocabulary.ts'

/* The words of the dashboard's socket, as types only: what checks them stays at the gateway. */

export type { LeaseAct } from '#protocol/vocabulary.ts'
export type Rate = CameraRate
export type Steer = Omit<SteerOrder, 'type' | 'id'>
export type Outgoing = FromDashboard
export type Incoming = ToDashboard
export type JournalFilter = JournalFollow
export type Lease = LeaseView
export type Outcome =
  | { ok: true; latencyMs: number }
  | { ok: false; error: { code: string; message: string; hint: string } }
