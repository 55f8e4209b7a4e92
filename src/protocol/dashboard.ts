import { z } from 'zod'
import type { DeviceView, EnrolmentView, JournalEntryView } from './api.ts'
import { commandTtlAtMostMs } from './durations.ts'
import { cameraRates, languages, leaseActs, type Part } from './vocabulary.ts'

/*
 * The messages of the dashboard's own socket, `GET /ws/dashboard`: JSON text both ways, pictures as binary messages.
 * The session's cookie opens it, from the gateway's own pages only; it closes with 4001 within a second of the
 * session's end, and when the role or the grants change.
 */

const device = z.string().min(1).max(128)
const degrees = z.number().min(0).max(180)
const kind = z.string().max(64)
/** The page's own number, by which it matches answers. */
const id = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

/** Replaces the whole set of cameras that the page shows. A hidden page shows none. */
const watch = z.object({
  type: z.literal('watch'),
  cameras: z.array(z.object({ device, rate: z.enum(cameraRates) })).max(1_000),
})
/** A picture was drawn. At most two pictures of a camera may be sent and not yet drawn. */
const drawn = z.object({ type: z.literal('drawn'), camera: z.int().min(0).max(0xffff), sequence: z.int().min(0) })
/** Subscribes to journal rows as they happen; null ends the subscription. */
const follow = z.object({
  type: z.literal('follow'),
  journal: z
    .object({
      device: device.optional(),
      /** One of these kinds, or of their prefixes before a dot. */
      kind: z.union([kind, z.array(kind).max(8)]).optional(),
      /** The language of diagnoses; that of the handshake, unless the page sends another. */
      language: z.enum(languages).optional(),
    })
    .nullable(),
})
/** Answered by `outcome` with the same `id`. Takes the lease if it is free. */
const steer = z.object({
  type: z.literal('steer'),
  id,
  device,
  servo1: degrees.optional(),
  servo2: degrees.optional(),
  smooth: z.boolean().optional(),
  action: z.string().min(1).max(64).optional(),
  ttlMs: z.int().min(1).max(commandTtlAtMostMs).optional(),
})
/** A lease lets one person at a time steer. It ends 5 s after the last `renew` or `steer`. `seize` is for owners. */
const lease = z.object({ type: z.literal('lease'), device, act: z.enum(leaseActs) })
const ping = z.object({ type: z.literal('ping'), id })

/** Page → gateway. */
export const fromDashboard = z.discriminatedUnion('type', [watch, drawn, follow, steer, lease, ping])
export type FromDashboard = z.infer<typeof fromDashboard>
export type SteerOrder = z.infer<typeof steer>
export type JournalFollow = NonNullable<z.infer<typeof follow>['journal']>

export interface Steerer {
  id: string
  name: string
}

export interface LeaseView {
  /** The person who steers now; null: no person. */
  holder: (Steerer & { you: boolean }) | null
  /** The person who requested the lease from its holder. */
  askedBy?: Steerer
}

export interface OutcomeError {
  code: string
  message: string
  hint: string
}

/** Gateway → page. `now` is the gateway's clock, epoch ms. */
export type ToDashboard =
  | {
      type: 'hello'
      now: number
      version: string
      person: { id: string; name: string; role: string; grants: string[] | null }
    }
  | { type: 'devices'; all?: true; devices: DeviceView[]; removed?: string[] }
  | { type: 'cameras'; index: Record<string, number> }
  | { type: 'entries'; entries: JournalEntryView[] }
  | { type: 'outcome'; id: number; ok: true; latencyMs: number; ack: unknown }
  | { type: 'outcome'; id: number; ok: false; error: OutcomeError }
  | ({ type: 'lease'; device: string } & LeaseView)
  | ({ type: 'enrolment' } & EnrolmentView)
  /** The parts that do not work at the moment; an empty list means that all parts work again. */
  | { type: 'degraded'; away: Part[] }
  | { type: 'pong'; id: number; now: number }
