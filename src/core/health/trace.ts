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
  /** `upMs`: the uptime before, NaN if never reported. `asked`: whether an operator's command caused the reboot. */
  | { kind: 'rebooted'; at: number; upMs: number; asked: boolean; brownOut: boolean }
  /** The board was connected and did not answer for `forMs`. `at`: the beginning of that time. */
  | { kind: 'stalled'; at: number; forMs: number }
  | { kind: 'ordered'; at: number; what: OrderKind }
  /** Another connection with the same token displaced the board's own, which still answered: two boards are alive. */
  | { kind: 'twin'; at: number }
  /** The gateway began to ping often enough for a middle box that cuts after `idleMs` of silence. */
  | { kind: 'adapted'; at: number; idleMs: number }

export type OrderKind = 'servo' | 'action' | 'reboot'
export type EventOf<K extends TraceEvent['kind']> = Extract<TraceEvent, { kind: K }>

/** Facts of a board over a span of time in which it was online. NaN: not reported. */
export interface Sample {
  from: number
  to: number
  memoryLeast: number
  memoryMost: number
  signalDbm: number
  frames: number
  frameBytes: number
  /** The number of texts that were not JSON, and of binary messages that were not pictures. */
  garbage: number
  roundTripMs: number
  /** Share of the time with at least one viewer, 0..1. */
  watched: number
}

/** The record of one board's last hours, from which findings are made. */
export interface Trace {
  kind: Kind
  /** The present; for an offline board the moment it disconnected, because its last known state is of that time. */
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
