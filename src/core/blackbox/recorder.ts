import type { Session } from '../sessions/session.ts'

/** What conversations tell the black box: one call where something happens, none for what is as usual. */
export interface Recorder {
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
export const nobody: Recorder = {
  opened() {},
  closed() {},
  parted() {},
  heard() {},
  stalled() {},
  counted() {},
  takenAt: () => undefined,
}
