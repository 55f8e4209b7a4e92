import { atBoundary, type FaultSink } from '../faults/faults.ts'
import type { Frame } from './frame.ts'

export type DropReason = 'too-slow' | 'not-allowed' | 'camera-gone' | 'failed'

/** What a room needs of a viewer. */
export interface Viewer {
  /** Sends the frame, and calls `sent` once the last byte has left for the network. */
  deliver(frame: Frame, sent: () => void): void
  /** Whether it may go on watching. Asked once a second, for keys end and grants change. */
  mayStay(): boolean
  /** Ends a viewer that takes nothing any more, that may not watch any more, whose camera is gone, or that a defect of ours met. */
  drop(reason: DropReason): void
}

/** A viewer's place in a room: at most two frames are held for it, one leaving and one waiting. The newest wins. */
export class StreamReader {
  readonly #viewer: Viewer
  readonly #room: CameraStream
  /** When the frame that is leaving was handed over, on the monotonic clock; 0: none is leaving. */
  #leavingSince = 0
  #waiting: Frame | undefined
  /** Frames this viewer never saw because it was slower than the camera. */
  skipped = 0

  constructor(viewer: Viewer, room: CameraStream) {
    this.#viewer = viewer
    this.#room = room
  }

  offer(frame: Frame, ticks: number): void {
    if (this.#leavingSince === 0) {
      this.#leavingSince = ticks
      this.#viewer.deliver(frame, this.#sent)
    } else {
      if (this.#waiting) this.#skip()
      this.#waiting = frame
    }
  }

  leave(): void {
    this.#waiting = undefined
    this.#room.leave(this)
  }

  /** Drops a viewer whose frame has been leaving for `stalledMs`, or that may not watch any more. */
  check(ticks: number, stalledMs: number): void {
    if (this.#leavingSince !== 0 && ticks - this.#leavingSince >= stalledMs) this.drop('too-slow')
    else if (!this.#viewer.mayStay()) this.drop('not-allowed')
  }

  drop(reason: DropReason): void {
    this.leave()
    this.#viewer.drop(reason)
  }

  #skip(): void {
    this.skipped++
    this.#room.counters.framesSkipped++
  }

  /** Called by the socket when it has sent: a boundary. */
  readonly #sent = (): void => {
    this.#leavingSince = 0
    this.#room.counters.framesDelivered++
    const next = this.#waiting
    if (!next) return
    this.#waiting = undefined
    this.#room.offer(this, next, this.#room.ticks())
  }
}

/** Frames of all rooms, for the metrics. */
export class FrameCounters {
  framesReceived = 0
  framesDelivered = 0
  framesSkipped = 0
  notJpeg = 0
}

/**
 * One camera's frames meet its viewers. The newest frame wins: a slow viewer skips frames and never delays the
 * camera or a neighbour.
 */
export class CameraStream {
  readonly #seats = new Set<StreamReader>()
  readonly counters: FrameCounters
  readonly ticks: () => number
  readonly #faults: FaultSink
  #latest: Frame | undefined

  constructor(counters: FrameCounters, ticks: () => number, faults: FaultSink) {
    this.counters = counters
    this.ticks = ticks
    this.#faults = faults
  }

  get latest(): Frame | undefined {
    return this.#latest
  }

  get viewers(): number {
    return this.#seats.size
  }

  /** A newcomer sees the latest frame at once, rather than a blank screen. */
  join(viewer: Viewer): StreamReader {
    const seat = new StreamReader(viewer, this)
    this.#seats.add(seat)
    if (this.#latest) seat.offer(this.#latest, this.ticks())
    return seat
  }

  leave(seat: StreamReader): void {
    this.#seats.delete(seat)
  }

  publish(frame: Frame): void {
    this.#latest = frame
    this.counters.framesReceived++
    for (const seat of this.#seats) this.offer(seat, frame, frame.receivedTicks)
  }

  /** Offers a frame to one viewer. An exception ends that viewer: the camera and the other viewers go on. */
  offer(seat: StreamReader, frame: Frame, ticks: number): void {
    try {
      seat.offer(frame, ticks)
    } catch (error) {
      this.#failed(seat, error)
    }
  }

  /** Sends away who takes nothing any more, or may not watch any more. */
  sweep(stalledMs: number): void {
    const ticks = this.ticks()
    for (const seat of this.#seats) {
      try {
        seat.check(ticks, stalledMs)
      } catch (error) {
        this.#failed(seat, error)
      }
    }
  }

  /** The camera is gone for good: its viewers are sent away and its last picture is forgotten. */
  close(): void {
    this.#latest = undefined
    for (const seat of [...this.#seats]) atBoundary(this.#faults, 'viewer', () => seat.drop('camera-gone'))
  }

  #failed(seat: StreamReader, error: unknown): void {
    this.#faults.caught('viewer', error)
    this.#seats.delete(seat)
    atBoundary(this.#faults, 'closing', () => seat.drop('failed'))
  }
}
