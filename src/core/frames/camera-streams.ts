import type { Clock } from '../clock.ts'
import type { FaultSink } from '../faults/faults.ts'
import type { Limits } from '../limits.ts'
import { CameraStream, FrameCounters } from './camera-stream.ts'

/** A stream for each camera, made when first needed. */
export class CameraStreams {
  readonly #streams = new Map<string, CameraStream>()
  readonly #clock: Clock
  readonly #limits: Limits
  readonly counters = new FrameCounters()

  readonly #faults: FaultSink

  constructor(clock: Clock, limits: Limits, faults: FaultSink) {
    this.#faults = faults
    this.#clock = clock
    this.#limits = limits
  }

  of(deviceId: string): CameraStream {
    let stream = this.#streams.get(deviceId)
    if (!stream)
      this.#streams.set(deviceId, (stream = new CameraStream(this.counters, () => this.#clock.ticks(), this.#faults)))
    return stream
  }

  /** The stream of a camera, if it was ever needed. */
  peek(deviceId: string): CameraStream | undefined {
    return this.#streams.get(deviceId)
  }

  /** The number of viewers of all cameras. */
  get viewers(): number {
    let count = 0
    for (const stream of this.#streams.values()) count += stream.viewers
    return count
  }

  /** Called once a second: disconnects viewers that stalled, or may no longer watch. */
  sweep(): void {
    for (const stream of this.#streams.values()) stream.sweep(this.#limits.viewerStalledMs)
  }

  close(deviceId: string): void {
    this.#streams.get(deviceId)?.close()
    this.#streams.delete(deviceId)
  }

  closeAll(): void {
    for (const deviceId of [...this.#streams.keys()]) this.close(deviceId)
  }
}
