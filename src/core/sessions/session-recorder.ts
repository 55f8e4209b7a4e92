import type { FaultSink } from '../faults/faults.ts'
import type { Session } from './session.ts'

/** What conversations tell the black box: one call where something happens, none for what is as usual. */
export interface SessionRecorder {
  opened(session: Session): void
  /** Before the session is forgotten. */
  closed(session: Session, code: number, byGateway: boolean): void
  /** The other end of a line that we had closed answered with `code`: whoever was there was alive. */
  parted(session: Session, code: number): void
  /** A message that says something about the board's own clock. */
  heard(session: Session, message: Readonly<Record<string, unknown>>): void
  /** An answer took longer than `stallMs`. */
  stalled(session: Session, forMs: number): void
  /** Its counters are about to start again. */
  counted(session: Session): void
  /** When a reading was taken that comes late, by the gateway's clock; undefined for one that comes at once. */
  takenAt(session: Session, message: Readonly<Record<string, unknown>>): number | undefined
}

/** Where nobody keeps black boxes. */
export const noRecorder: SessionRecorder = {
  opened() {},
  closed() {},
  parted() {},
  heard() {},
  stalled() {},
  counted() {},
  takenAt: () => undefined,
}

/** The recorder of a running gateway: what it cannot record is reported, and no conversation suffers from it. */
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
    opened: guarded(session => recorder.opened(session)),
    closed: guarded((session, code, byGateway) => recorder.closed(session, code, byGateway)),
    parted: guarded((session, code) => recorder.parted(session, code)),
    heard: guarded((session, message) => recorder.heard(session, message)),
    stalled: guarded((session, forMs) => recorder.stalled(session, forMs)),
    counted: guarded(session => recorder.counted(session)),
    takenAt: guarded((session, message) => recorder.takenAt(session, message)),
  }
}
