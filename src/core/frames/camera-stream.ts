import { atBoundary, type FaultSink } from '../faults/faults.ts'
import type { Frame } from './frame.ts'

export type DropReason = 'too-slow' | 'not-allowed' | 'camera-gone' | 'failed'

/** The part of a viewer that its stream uses. */
export interface Viewer {
  /** Sends the frame, and calls `sent` once the last byte has left for the network. */
  deliver(frame: Frame, sent: () => void): void
  /** Whether the viewer may continue. Called once a second, because keys expire and grants change. */
  mayStay(): boolean
  /** Disconnects a viewer that stalled, may no longer watch, whose camera was removed, or whose delivery threw. */
  drop(reason: DropReason): void
}

/** A viewer's place in a stream: holds one frame that is being sent, and one that waits, which is always the newest. */
export class StreamReader {
  readonly #viewer: Viewer
  readonly #stream: CameraStream
  /** When the frame being sent was handed over, on the monotonic clock; 0 if none is being sent. */
  #leavingSince = 0
  #waiting: Frame | undefined
  /** Frames not sent to this viewer because it was slower than the camera. */
  skipped = 0

  constructor(viewer: Viewer, stream: CameraStream) {
    this.#viewer = viewer
    this.#stream = stream
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
    this.#stream.leave(this)
  }

  /** Disconnects a viewer whose frame is not sent after `stalledMs`, or that may no longer watch. */
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
    this.#stream.counters.framesSkipped++
  }

  /** Called by the socket after sending; `CameraStream.offer` catches exceptions. */
  readonly #sent = (): void => {
    this.#leavingSince = 0
    this.#stream.counters.framesDelivered++
    const next = this.#waiting
    if (!next) return
    this.#waiting = undefined
    this.#stream.offer(this, next, this.#stream.ticks())
  }
}

/** Frame counts of all streams, for the metrics. */
export class FrameCounters {
  framesReceived = 0
  framesDelivered = 0
  framesSkipped = 0
  notJpeg = 0
}

/**
 * Sends the frames of one camera to its viewers. A waiting frame is replaced by a newer one: a slow viewer skips frames
 * and never delays the camera or another viewer.
 */
export class CameraStream {
  readonly #readers = new Set<StreamReader>()
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
    return this.#readers.size
  }

  /** Adds a viewer and sends it the latest frame at once, so that it shows no blank screen. */
  join(viewer: Viewer): StreamReader {
    const reader = new StreamReader(viewer, this)
    this.#readers.add(reader)
    if (this.#latest) reader.offer(this.#latest, this.ticks())
    return reader
  }

  leave(reader: StreamReader): void {
    this.#readers.delete(reader)
  }

  publish(frame: Frame): void {
    this.#latest = frame
    this.counters.framesReceived++
    for (const reader of this.#readers) this.offer(reader, frame, frame.receivedTicks)
  }

  /** Offers a frame to one viewer. An exception disconnects that viewer; the camera and the others continue. */
  offer(reader: StreamReader, frame: Frame, ticks: number): void {
    try {
      reader.offer(frame, ticks)
    } catch (error) {
      this.#failed(reader, error)
    }
  }

  /** Disconnects viewers that stalled, or may no longer watch. */
  sweep(stalledMs: number): void {
    const ticks = this.ticks()
    for (const reader of this.#readers) {
      try {
        reader.check(ticks, stalledMs)
      } catch (error) {
        this.#failed(reader, error)
      }
    }
  }

  /** Called when the camera is removed: disconnects its viewers and drops its last frame. */
  close(): void {
    this.#latest = undefined
    for (const reader of [...this.#readers]) atBoundary(this.#faults, 'viewer', () => reader.drop('camera-gone'))
  }

  #failed(reader: StreamReader, error: unknown): void {
    this.#faults.caught('viewer', error)
    this.#readers.delete(reader)
    atBoundary(this.#faults, 'closing', () => reader.drop('failed'))
  }
}
