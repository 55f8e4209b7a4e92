import type { Arrival } from '../arrival.ts'
import type { Device } from '../devices/device.ts'
import type { FaultSink } from '../faults/faults.ts'
import type { TrafficCounters } from './traffic-counters.ts'

/** The part of a board's session that its flight recorder uses. */
export interface RecordedSession {
  readonly device: Device
  readonly arrival: Arrival
  readonly openedAt: number
  readonly closed: boolean
  readonly traffic: TrafficCounters
  readonly lastInboundTicks: number
  readonly lastPingTicks: number
  readonly roundTripMs: number | undefined
  keepAlive(turn: 'text' | 'protocol'): void
}

/** Receives the events of connections for the flight recorder; it is not called for each usual message. */
export interface SessionRecorder {
  onOpened(session: RecordedSession): void
  /** Called before the session is forgotten. */
  onClosed(session: RecordedSession, code: number, byGateway: boolean): void
  /** Called when the board answered the gateway's Close with `code`, which shows that the board was alive. */
  onCloseAnswered(session: RecordedSession, code: number): void
  /** Called for a message that contains the board's own time or uptime. */
  onClockMessage(session: RecordedSession, message: Readonly<Record<string, unknown>>): void
  /** Called when an answer took longer than `stallMs`. */
  onStall(session: RecordedSession, forMs: number): void
  /** Called before the traffic counters are reset. */
  onCountersReset(session: RecordedSession): void
  /** The time of a reading that was sent late, by the gateway's clock; undefined for one that was sent at once. */
  takenAt(session: RecordedSession, message: Readonly<Record<string, unknown>>): number | undefined
}

/** Catches and reports exceptions of a recorder, so that they harm no connection. */
export function guardedRecorder(recorder: SessionRecorder, faults: FaultSink): SessionRecorder {
  const guarded =
    <Arguments extends unknown[], Result>(record: (...all: Arguments) => Result) =>
    (...all: Arguments): Result | undefined => {
      try {
        return record(...all)
      } catch (error) {
        faults.caught('recorder', error)
        return undefined
      }
    }
  return {
    onOpened: guarded(session => recorder.onOpened(session)),
    onClosed: guarded((session, code, byGateway) => recorder.onClosed(session, code, byGateway)),
    onCloseAnswered: guarded((session, code) => recorder.onCloseAnswered(session, code)),
    onClockMessage: guarded((session, message) => recorder.onClockMessage(session, message)),
    onStall: guarded((session, forMs) => recorder.onStall(session, forMs)),
    onCountersReset: guarded(session => recorder.onCountersReset(session)),
    takenAt: guarded((session, message) => recorder.takenAt(session, message)),
  }
}
