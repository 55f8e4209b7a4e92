import type { Kind } from '../../protocol/kinds.ts'
import type { ClockReading } from './board-clock.ts'

/** What happened to one board. `at`: milliseconds since 1970, by the gateway's clock. */
export type TraceEvent =
  | { kind: 'opened'; at: number; address: string; proxied: boolean }
  /** `quietMs`: since anything passed, either way; `unheardMs`: since the board was heard. */
  | {
      kind: 'closed'
      at: number
      code: number
      byGateway: boolean
      lastedMs: number
      quietMs: number
      unheardMs: number
    }
  /** `upMs`: how long it had been up before, NaN where it never said. `asked`: somebody ordered it. */
  | { kind: 'rebooted'; at: number; upMs: number; asked: boolean; brownOut: boolean }
  /** It was there, and for so long did not answer. `at` is when that began. */
  | { kind: 'stalled'; at: number; forMs: number }
  | { kind: 'ordered'; at: number; what: OrderKind }
  /** Pushed out by another connection with its token, the old one still answered: two boards are alive. */
  | { kind: 'twin'; at: number }
  /** From now on the gateway speaks often enough for a middle box that cuts after so much silence. */
  | { kind: 'adapted'; at: number; idleMs: number }

export type OrderKind = 'servo' | 'action' | 'reboot'
export type EventOf<K extends TraceEvent['kind']> = Extract<TraceEvent, { kind: K }>

/** How a board was over a stretch of time while it was online. NaN: it did not say. */
export interface Sample {
  from: number
  to: number
  memoryLeast: number
  memoryMost: number
  signalDbm: number
  frames: number
  frameBytes: number
  /** Texts that were no JSON, and binaries that were no picture. */
  garbage: number
  roundTripMs: number
  /** Share of the time in which somebody watched, 0..1. */
  watched: number
}

/** All that is known about the last hours of one board: what verdicts are made from. */
export interface Trace {
  kind: Kind
  /** The present; of a board that is away, the moment it left: what was true then is still its last word. */
  now: number
  online: boolean
  contested: boolean
  events: readonly TraceEvent[]
  samples: readonly Sample[]
  clock: ClockReading | undefined
  /** Whether it says anything by which a reboot would show. */
  tellsReboots: boolean
}

export const eventsOf = <K extends TraceEvent['kind']>(trace: Pick<Trace, 'events'>, kind: K): EventOf<K>[] =>
  trace.events.filter((event): event is EventOf<K> => event.kind === kind)
