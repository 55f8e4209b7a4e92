import type { Kind } from '#protocol/kinds.ts'
import type { ClockReading } from './board-clock.ts'

/** Events of one board. `at`: milliseconds since 1970, by the gateway's clock. */
export type TraceEvent =
  | { kind: 'opened'; at: number; address: string; proxied: boolean }
  /** `quietMs`: time without any traffic; `unheardMs`: time without traffic from the board. */
  | {
      kind: 'closed'
      at: number
      code: number
      byGateway: boolean
      lastedMs: number
      quietMs: number
      unheardMs: number
    }
  /** `upMs`: its uptime before, NaN if it never reported its uptime. `asked`: an operator's command caused it. */
  | { kind: 'rebooted'; at: number; upMs: number; asked: boolean; brownOut: boolean }
  /** It was connected and did not answer for `forMs`. `at`: the beginning of that time. */
  | { kind: 'stalled'; at: number; forMs: number }
  | { kind: 'ordered'; at: number; what: OrderKind }
  /** Its connection was displaced by another with its token and still answered: two boards are alive. */
  | { kind: 'twin'; at: number }
  /** From now on the gateway pings often enough for a middle box that cuts after `idleMs` of silence. */
  | { kind: 'adapted'; at: number; idleMs: number }

export type OrderKind = 'servo' | 'action' | 'reboot'
export type EventOf<K extends TraceEvent['kind']> = Extract<TraceEvent, { kind: K }>

/** Facts of a board over a span of time while it was online. NaN: not reported. */
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
  /** Share of the time with at least one viewer, 0..1. */
  watched: number
}

/** The record of one board's last hours: findings are made from it. */
export interface Trace {
  kind: Kind
  /** The present; for an offline board the moment it disconnected: its last known state holds for that time. */
  now: number
  online: boolean
  contested: boolean
  events: readonly TraceEvent[]
  samples: readonly Sample[]
  clock: ClockReading | undefined
  /** Whether the board sends a value that would show a reboot. */
  tellsReboots: boolean
}

export const eventsOf = <K extends TraceEvent['kind']>(trace: Pick<Trace, 'events'>, kind: K): EventOf<K>[] =>
  trace.events.filter((event): event is EventOf<K> => event.kind === kind)
